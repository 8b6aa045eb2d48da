using Causeway.Storage.Connections;

namespace Causeway.Storage;

/// <summary>
/// One read or write of a <see cref="Database"/>: it sees the database as it was when it began, and what it writes is there whole or not at all. Valid
/// only while the work that it was given to runs, and on its thread. Transactions are not nested.
/// </summary>
public sealed class Transaction
{
    private readonly SqliteConnection _connection;
    private bool _hasEnded;

    internal Transaction(SqliteConnection connection) => _connection = connection;

    /// <summary>Prepares one statement; the same text again costs little.</summary>
    /// <exception cref="ArgumentException">The SQL is not exactly one statement.</exception>
    /// <exception cref="StorageException">SQLite does not understand it.</exception>
    public Statement Prepare(string sql)
    {
        ObjectDisposedException.ThrowIf(_hasEnded, this);
        return new Statement(_connection.Rent(sql));
    }

    /// <summary>Runs a statement without parameters.</summary>
    /// <returns>Rows that it changed.</returns>
    public int Execute(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Execute();
    }

    internal void End()
    {
        _hasEnded = true;
        _connection.ReturnAll();
    }
}
