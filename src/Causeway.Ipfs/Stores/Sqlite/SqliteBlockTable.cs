using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Pins;
using Causeway.Multiformats;
using Causeway.Storage;

namespace Causeway.Ipfs.Stores.Sqlite;

/// <summary>The tables of a store in an SQLite file.</summary>
internal sealed class SqliteBlockTable : IBlockTable
{
    // Measured with blobs of 1 MiB and with a hundred thousand of 256 bytes: large pages halve the work for large blobs, and past 32 KiB single puts pay more
    // than large blobs gain.
    private const int PageBytes = 32 * 1024;
    private const int MaxReaders = 8;

    private readonly Database _database;
    private readonly StoreLock _lock;
    private readonly SqliteBlocks _blocks;
    private readonly BlockHolds _holds;
    private int _isCollecting;

    private SqliteBlockTable(Database database, StoreLock storeLock, SqliteBlocks blocks, BlockHolds holds)
    {
        _database = database;
        _lock = storeLock;
        _blocks = blocks;
        _holds = holds;
    }

    /// <inheritdoc />
    public long NewestHold => _holds.Newest;

    public static async Task<SqliteBlockTable> OpenAsync(string path, SqliteBlockStoreOptions options, CancellationToken cancellationToken)
    {
        var database = await Database.OpenAsync(
            path,
            BlockSchema.Schema,
            new DatabaseOptions { Durability = options.Durability, PageBytes = PageBytes, CacheBytes = options.CacheBytes, MaxReaders = MaxReaders },
            cancellationToken);
        StoreLock? storeLock = null;
        try
        {
            storeLock = StoreLock.Take(database.Path);
            var holds = new BlockHolds(await database.ReadAsync(SqliteSweep.EpochOf, cancellationToken));
            return new SqliteBlockTable(database, storeLock, await SqliteBlocks.OpenAsync(database, holds, options.MaxBytes, cancellationToken), holds);
        }
        catch
        {
            await database.DisposeAsync();
            storeLock?.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask<BlockEntry?[]> FindAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken) =>
        _database.ReadAsync(transaction => SqliteBlocks.Find(transaction, hashes), cancellationToken);

    /// <inheritdoc />
    public ValueTask<BlockEntry?[]> TouchAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken) => _blocks.TouchAsync(hashes, cancellationToken);

    /// <inheritdoc />
    public ValueTask<StoredBlock?> ReadAsync(Multihash hash, CancellationToken cancellationToken) =>
        _database.ReadAsync(transaction => SqliteBlocks.Read(transaction, hash), cancellationToken);

    /// <inheritdoc />
    public ValueTask<StoredBlock?> ReadAsync(long id, CancellationToken cancellationToken) =>
        _database.ReadAsync(transaction => SqliteBlocks.Read(transaction, id), cancellationToken);

    /// <inheritdoc />
    public ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken) => _blocks.PutAsync(blocks, cancellationToken);

    /// <inheritdoc />
    public ValueTask DeleteAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken) => _blocks.DeleteAsync(hashes, cancellationToken);

    /// <inheritdoc />
    public ValueTask<StoreUsage> GetUsageAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_blocks.Usage);

    /// <inheritdoc />
    public ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_holds.Open());

    /// <inheritdoc />
    public ValueTask AddPinAsync(Pin pin, CancellationToken cancellationToken) =>
        new(_database.WriteAsync(transaction => SqlitePins.Add(transaction, pin), cancellationToken));

    /// <inheritdoc />
    public ValueTask<bool> RemovePinAsync(PinKey key, CancellationToken cancellationToken) =>
        new(_database.WriteAsync(transaction => SqlitePins.Remove(transaction, key), cancellationToken));

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Pin>> ListPinsAsync(string? owner, PinKey? after, int limit, CancellationToken cancellationToken) =>
        _database.ReadAsync(transaction => SqlitePins.List(transaction, owner, after, limit), cancellationToken);

    /// <inheritdoc />
    public ValueTask SetQuotaAsync(string owner, long? maxBytes, CancellationToken cancellationToken) =>
        new(_database.WriteAsync(transaction => SqlitePins.SetQuota(transaction, owner, maxBytes), cancellationToken));

    /// <inheritdoc />
    public ValueTask<PinUsage> GetPinUsageAsync(string owner, CancellationToken cancellationToken) =>
        _database.ReadAsync(transaction => SqlitePins.UsageOf(transaction, owner), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<ISweep?> BeginCollectionAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isCollecting, 1) != 0) return null;
        try
        {
            return await SqliteSweep.BeginAsync(_database, _blocks, _holds, () => Volatile.Write(ref _isCollecting, 0), cancellationToken);
        }
        catch
        {
            Volatile.Write(ref _isCollecting, 0);
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _lock.Dispose();
    }
}
