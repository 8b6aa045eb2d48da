using Causeway.Storage.Connections;
using Causeway.Storage.Opening;
using Causeway.Storage.Reading;
using Causeway.Storage.Writing;

namespace Causeway.Storage;

/// <summary>
/// A database in one file (SQLite, write-ahead log). Many read at once; writes are queued, and what is queued is committed together. Thread-safe.
/// Dispose it to finish what is queued and to leave one file behind.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly SqliteConnection _writer;
    private readonly WriteQueue _writes;
    private readonly ReaderPool _readers;
    private readonly Lock _lock = new();
    private Task? _closing;

    private Database(SqliteConnection writer, string path, DatabaseOptions options)
    {
        _writer = writer;
        Path = path;
        _writes = new WriteQueue(writer, options);
        _readers = new ReaderPool(path, options);
    }

    /// <summary>The file. While the database is open two more are beside it, with <c>-wal</c> and <c>-shm</c> at their names' ends.</summary>
    public string Path { get; }

    /// <summary>Opens a database, and makes or migrates it where need be. A new file, and a folder that is made for it, are its owner's alone.</summary>
    /// <exception cref="StorageException">It cannot be opened, is another kind of file, is damaged, or is of a later version. It is left as it is.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no SQLite; the message says what to install.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static Task<Database> OpenAsync(string path, DatabaseSchema schema, DatabaseOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(schema);
        options ??= new DatabaseOptions();
        options.Validate();
        return Task.Run(
            () =>
            {
                var file = DatabaseFile.Prepare(path);
                return new Database(DatabaseOpening.Open(file, schema, options, cancellationToken), file, options);
            },
            cancellationToken);
    }

    /// <summary>
    /// As <see cref="OpenAsync"/>, for what can be learnt anew: a damaged database is moved to a file beside it, its name with <c>.damaged</c> at its end,
    /// and a new one is begun.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">What is in it.</param>
    /// <param name="options">How it is used.</param>
    /// <param name="onMovedAside">Told where a damaged one is now (an earlier damaged one is gone then), and what was wrong with it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageException">It cannot be opened for another reason than damage.</exception>
    public static async Task<Database> OpenOrBeginAnewAsync(
        string path, DatabaseSchema schema, DatabaseOptions? options, Action<string, StorageException> onMovedAside, CancellationToken cancellationToken = default)
    {
        try
        {
            return await OpenAsync(path, schema, options, cancellationToken);
        }
        catch (StorageException error) when (error.Error == StorageError.Corrupt)
        {
            onMovedAside(DatabaseFile.MoveAside(path), error);
            return await OpenAsync(path, schema, options, cancellationToken);
        }
    }

    /// <summary>Reads. <paramref name="work"/> runs on this thread, when one of <see cref="DatabaseOptions.MaxReaders"/> is free.</summary>
    /// <exception cref="StorageException">A statement failed.</exception>
    /// <exception cref="OperationCanceledException">The token stopped it, in the midst of a statement if need be.</exception>
    public T Read<T>(Func<Transaction, T> work, CancellationToken cancellationToken = default) =>
        Read(work, static (transaction, work) => work(transaction), cancellationToken);

    /// <summary>As above, with a state handed through, which may be a span.</summary>
    public TResult Read<TState, TResult>(TState state, Func<Transaction, TState, TResult> work, CancellationToken cancellationToken = default)
        where TState : allows ref struct
    {
        var connection = _readers.Rent(cancellationToken);
        try
        {
            return ReadWork.Run(connection, state, work, cancellationToken);
        }
        finally
        {
            _readers.Return(connection);
        }
    }

    /// <summary>Reads; waits for a free reader without holding a thread. <paramref name="work"/> then runs at once on the thread at hand.</summary>
    /// <exception cref="StorageException">A statement failed.</exception>
    /// <exception cref="OperationCanceledException">The token stopped it, in the midst of a statement if need be.</exception>
    public async ValueTask<T> ReadAsync<T>(Func<Transaction, T> work, CancellationToken cancellationToken = default)
    {
        var connection = await _readers.RentAsync(cancellationToken);
        try
        {
            return ReadWork.Run(connection, work, static (transaction, work) => work(transaction), cancellationToken);
        }
        finally
        {
            _readers.Return(connection);
        }
    }

    /// <summary>
    /// Writes. Completes when it is committed as <see cref="DatabaseOptions.Durability"/> says. When <paramref name="work"/> throws, nothing of it is there
    /// and the others of its commit are not touched. <paramref name="work"/> runs once at most, on the writer's thread: be short, and wait for nothing.
    /// </summary>
    /// <exception cref="StorageException">
    /// A statement or the commit failed; it is not there. (Only after <see cref="StorageError.InputOutput"/> it may be, when the database is opened anew.)
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the write began; later it has no effect.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public Task<T> WriteAsync<T>(Func<Transaction, T> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return _writes.WriteAsync(work, cancellationToken);
    }

    /// <summary>As above, without a result.</summary>
    public Task WriteAsync(Action<Transaction> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return _writes.WriteAsync(
            transaction =>
            {
                work(transaction);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Copies the database as it is now to a new file, its owner's alone, while others read and write.</summary>
    /// <exception cref="StorageException">The file exists already or cannot be written; what was begun of it is removed.</exception>
    public async Task BackUpAsync(string path, CancellationToken cancellationToken = default)
    {
        var connection = await _readers.RentAsync(cancellationToken);
        try
        {
            await Task.Run(() => ReadWork.Run(connection, path, (_, target) => Backup.Copy(connection, target, cancellationToken), cancellationToken), CancellationToken.None);
        }
        finally
        {
            _readers.Return(connection);
        }
    }

    /// <summary>Reads the whole database and checks that it is intact.</summary>
    /// <exception cref="StorageException">It is damaged.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        var connection = await _readers.RentAsync(cancellationToken);
        try
        {
            await Task.Run(
                () => ReadWork.Run(
                    connection,
                    Path,
                    (_, path) =>
                    {
                        DatabaseOpening.Examine(connection, path);
                        return true;
                    },
                    cancellationToken),
                CancellationToken.None);
        }
        finally
        {
            _readers.Return(connection);
        }
    }

    /// <summary>Does what is queued, waits for reads under way, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        Task closing;
        lock (_lock) closing = _closing ??= CloseAsync();
        await closing;
    }

    private async Task CloseAsync()
    {
        await _writes.CloseAsync();
        await _readers.CloseAsync();
        _readers.Dispose();

        // The last connection of a file takes the log into it.
        _writer.Dispose();
    }
}
