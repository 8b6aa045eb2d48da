using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Pins;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Stores;

/// <summary>
/// Blocks in a database, with pins that keep whole trees and with a quota. What no pin, hold or other root needs is removed by a
/// <see cref="GarbageCollection.GarbageCollector"/>, and not before: without one nothing is.
/// </summary>
public abstract class PersistentBlockStore : IBlockStore
{
    private Func<CancellationToken, Task<bool>>? _makeRoom;

    private protected PersistentBlockStore(IBlockTable table, TimeProvider time)
    {
        Table = table;
        Pins = new PinStore(table, time);
    }

    /// <summary>What is kept, and for whom.</summary>
    public IPinStore Pins { get; }

    internal IBlockTable Table { get; }

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default) =>
        await TryGetAsync(cid, cancellationToken) ?? throw new IpfsException(IpfsError.BlockNotFound, $"The block {cid} is not here.");

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        if (Block.TryInline(cid, out var inline)) return inline.Value.Data;
        var found = await Table.ReadAsync(cid.Hash, cancellationToken);
        if (found is null || !await StaysAsync(cid, found.Epoch, cancellationToken)) return null;
        return found.Data;
    }

    /// <inheritdoc />
    public async ValueTask<bool> HasAsync(Cid cid, CancellationToken cancellationToken = default) => await LengthOfAsync(cid, cancellationToken) is not null;

    /// <inheritdoc />
    public async ValueTask<int?> LengthOfAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        if (Block.TryInline(cid, out var inline)) return inline.Value.Data.Length;
        if ((await Table.FindAsync([cid.Hash], cancellationToken))[0] is not { } found) return null;
        return await StaysAsync(cid, found.Epoch, cancellationToken) ? found.Length : null;
    }

    /// <inheritdoc />
    /// <remarks>Over the quota, and where a garbage collector was given this store, garbage is collected first.</remarks>
    public async ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        try
        {
            await Table.PutAsync(blocks, cancellationToken);
        }
        catch (IpfsException error) when (error.Error == IpfsError.QuotaExceeded && _makeRoom is not null)
        {
            if (!await _makeRoom(cancellationToken)) throw;
            await Table.PutAsync(blocks, cancellationToken);
        }
    }

    /// <inheritdoc />
    public ValueTask DeleteAsync(IReadOnlyList<Cid> cids, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cids);
        return Table.DeleteAsync([.. cids.Select(static cid => cid.Hash)], cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken = default) => Table.HoldAsync(cancellationToken);

    /// <summary>How much is here.</summary>
    public ValueTask<StoreUsage> GetUsageAsync(CancellationToken cancellationToken = default) => Table.GetUsageAsync(cancellationToken);

    /// <summary>Finishes what is under way and closes the database.</summary>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Table.DisposeAsync();
    }

    /// <summary>Says what removes garbage when the quota is reached. It results in whether anything was removed.</summary>
    internal void MakeRoomBy(Func<CancellationToken, Task<bool>>? makeRoom) => _makeRoom = makeRoom;

    // Who holds was told that it is here; so it must still be here when the hold's blocks are pinned.
    private async ValueTask<bool> StaysAsync(Cid cid, long epoch, CancellationToken cancellationToken) =>
        epoch >= Table.NewestHold || (await Table.TouchAsync([cid.Hash], cancellationToken))[0] is not null;
}
