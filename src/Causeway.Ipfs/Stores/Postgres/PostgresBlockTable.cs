using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Pins;
using Causeway.Multiformats;
using Causeway.Storage.Postgres;

namespace Causeway.Ipfs.Stores.Postgres;

/// <summary>The tables of a store in PostgreSQL.</summary>
internal sealed class PostgresBlockTable(PostgresDatabase database, PostgresHolds holds, long maxBytes) : IBlockTable
{
    /// <inheritdoc />
    public long NewestHold => holds.Newest;

    /// <inheritdoc />
    public async ValueTask<BlockEntry?[]> FindAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken) =>
        await database.ReadAsync((connection, stop) => PostgresBlocks.FindAsync(connection, hashes, stop), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<BlockEntry?[]> TouchAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken)
    {
        // Most are of this epoch already, and then nothing is written.
        var found = await FindAsync(hashes, cancellationToken);
        var newest = holds.Newest;
        if (!found.Any(entry => entry is { } old && (newest < 0 || old.Epoch < newest))) return found;
        return await database.WriteAsync((transaction, stop) => PostgresBlocks.TouchAsync(transaction, hashes, stop), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask<StoredBlock?> ReadAsync(Multihash hash, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            (connection, stop) => PostgresBlocks.ReadAsync(connection.Command("SELECT hash, data, epoch FROM blocks WHERE hash = $1", hash.Bytes.ToArrayOrSelf()), stop),
            cancellationToken);

    /// <inheritdoc />
    public async ValueTask<StoredBlock?> ReadAsync(long id, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            (connection, stop) => PostgresBlocks.ReadAsync(connection.Command("SELECT hash, data, epoch FROM blocks WHERE id = $1", id), stop), cancellationToken);

    /// <inheritdoc />
    public async ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken)
    {
        // In the order of their hashes, each once: two that put the same blocks wait for one another and do not deadlock.
        Block[] ordered =
        [
            .. blocks.Where(static block => block.Cid.Hash.Code != MultihashCode.Identity).DistinctBy(static block => block.Cid.Hash)
                .OrderBy(static block => block.Cid.Hash.Bytes, ByteOrder.Instance),
        ];
        if (ordered.Length == 0) return;
        await database.WriteAsync((transaction, stop) => PostgresBlocks.PutAsync(transaction, ordered, maxBytes, stop), cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DeleteAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken) =>
        await database.WriteAsync((transaction, stop) => PostgresBlocks.DeleteAsync(transaction, hashes, long.MaxValue, stop), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<StoreUsage> GetUsageAsync(CancellationToken cancellationToken) => await database.ReadAsync(
        async (connection, stop) => (await connection.Command("SELECT blocks, bytes FROM block_totals")
            .ListAsync(row => new StoreUsage(row.GetInt64(0), row.GetInt64(1), maxBytes), stop))[0],
        cancellationToken);

    /// <inheritdoc />
    public ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken) => holds.OpenAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask AddPinAsync(Pin pin, CancellationToken cancellationToken) =>
        await database.WriteAsync((transaction, stop) => PostgresPins.AddAsync(transaction, pin, stop), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<bool> RemovePinAsync(PinKey key, CancellationToken cancellationToken) =>
        await database.WriteAsync((transaction, stop) => PostgresPins.RemoveAsync(transaction, key, stop), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<Pin>> ListPinsAsync(string? owner, PinKey? after, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync((connection, stop) => PostgresPins.ListAsync(connection, owner, after, limit, stop), cancellationToken);

    /// <inheritdoc />
    public async ValueTask SetQuotaAsync(string owner, long? maxBytes, CancellationToken cancellationToken) =>
        await database.WriteAsync((transaction, stop) => PostgresPins.SetQuotaAsync(transaction, owner, maxBytes, stop), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<PinUsage> GetPinUsageAsync(string owner, CancellationToken cancellationToken) =>
        await database.ReadAsync((connection, stop) => PostgresPins.UsageOfAsync(connection, owner, stop), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<ISweep?> BeginCollectionAsync(CancellationToken cancellationToken) => await PostgresSweep.BeginAsync(database, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await holds.DisposeAsync();
        await database.DisposeAsync();
    }

    private sealed class ByteOrder : IComparer<ReadOnlyMemory<byte>>
    {
        public static ByteOrder Instance { get; } = new();

        public int Compare(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceCompareTo(y.Span);
    }
}
