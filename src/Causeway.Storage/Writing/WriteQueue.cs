using System.Threading.Channels;
using Causeway.Storage.Connections;

namespace Causeway.Storage.Writing;

/// <summary>
/// The one writer: takes what is queued, commits it together, and only then says so. A write that fails is taken back alone (a savepoint each); when the
/// commit fails, so do all writes of it.
/// </summary>
internal sealed class WriteQueue
{
    private readonly SqliteConnection _connection;
    private readonly int _maxWritesPerCommit;
    private readonly Channel<PendingWrite> _queue;
    private readonly List<PendingWrite> _batch = [];
    private readonly Task _running;
    private int _writingThread;

    public WriteQueue(SqliteConnection connection, DatabaseOptions options)
    {
        _connection = connection;
        _maxWritesPerCommit = options.MaxWritesPerCommit;
        _queue = Channel.CreateBounded<PendingWrite>(new BoundedChannelOptions(options.MaxQueuedWrites) { SingleReader = true });
        _running = Task.Run(RunAsync);
    }

    /// <summary>Queues a write and waits for its commit.</summary>
    public async Task<T> WriteAsync<T>(Func<Transaction, T> work, CancellationToken cancellationToken)
    {
        // Whoever waits there for this one waits forever.
        if (Volatile.Read(ref _writingThread) == Environment.CurrentManagedThreadId)
            throw new InvalidOperationException("Transactions are not nested: use the one that this work was given.");
        var write = new PendingWrite<T>(work, cancellationToken);
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException error)
        {
            throw new ObjectDisposedException("The database is closed.", error);
        }

        return await write.Done;
    }

    /// <summary>Takes nothing more, and ends when all that was taken is done.</summary>
    public Task CloseAsync()
    {
        _queue.Writer.TryComplete();
        return _running;
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            _batch.Clear();
            Volatile.Write(ref _writingThread, Environment.CurrentManagedThreadId);
            try
            {
                RunBatch();
            }
            catch (Exception error)
            {
                RollBack();
                foreach (var write in _batch) write.Fail(error);
            }
            finally
            {
                Volatile.Write(ref _writingThread, 0);
            }
        }
    }

    private void RunBatch()
    {
        while (_batch.Count < _maxWritesPerCommit && _queue.Reader.TryRead(out var write))
        {
            if (!write.TryStart()) continue;
            _batch.Add(write);

            // Not by the count: the first of the batch may have failed and left the transaction to this one.
            if (!_connection.IsInTransaction) Run("BEGIN IMMEDIATE");
            if (!TryRun(write)) _batch.Remove(write);
        }

        if (_connection.IsInTransaction) Run("COMMIT");
        foreach (var write in _batch) write.Complete();
    }

    private bool TryRun(PendingWrite write)
    {
        Run("SAVEPOINT write");
        var transaction = new Transaction(_connection);
        try
        {
            write.Run(transaction);
            transaction.End();
            if (!_connection.IsInTransaction) throw new InvalidOperationException("A write must not end the transaction that it runs in.");
            Run("RELEASE write");
            return true;
        }
        catch (Exception error)
        {
            transaction.End();

            // Some failures, of the disk above all, end the whole transaction (sqlite.org/lang_transaction.html).
            if (!_connection.IsInTransaction) throw;
            Run("ROLLBACK TO write");
            Run("RELEASE write");
            write.Fail(error);
            return false;
        }
    }

    private void RollBack()
    {
        _connection.ReturnAll();
        try
        {
            if (_connection.IsInTransaction) Run("ROLLBACK");
        }
        catch (StorageException)
        {
            // SQLite did it by itself; the error that led here is the one to tell.
        }
    }

    private void Run(string sql)
    {
        using var statement = new Statement(_connection.Rent(sql));
        statement.Step();
    }
}
