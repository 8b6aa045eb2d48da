using Causeway.Storage.Connections;
using Causeway.Storage.Native;

namespace Causeway.Storage.Reading;

/// <summary>Runs one read on a connection, all of it on one snapshot.</summary>
internal static class ReadWork
{
    public static TResult Run<TState, TResult>(
        SqliteConnection connection, TState state, Func<Transaction, TState, TResult> work, CancellationToken cancellationToken)
        where TState : allows ref struct
    {
        using var stop = connection.StopWith(cancellationToken);
        var transaction = new Transaction(connection);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _ = transaction.Execute("BEGIN");
            return work(transaction, state);
        }
        catch (StorageException error) when (SqliteCode.Primary(error.Code) == SqliteCode.Interrupted && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
        finally
        {
            transaction.End();
            if (connection.IsInTransaction) End(connection);
        }
    }

    // Prepared: a read of one row takes no longer than to parse this.
    private static void End(SqliteConnection connection)
    {
        using var statement = new Statement(connection.Rent("ROLLBACK"));
        statement.Step();
    }
}
