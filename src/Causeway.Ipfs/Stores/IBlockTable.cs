using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Pins;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Stores;

/// <summary>
/// What a <see cref="PersistentBlockStore"/> asks of its database: small steps, each of them atomic. Every block carries the epoch in which it was last put
/// or touched; a collection begins a new epoch and deletes only what is of an older one, and older than every hold (see docs/explanation/storage.md).
/// </summary>
internal interface IBlockTable : IAsyncDisposable
{
    /// <summary>The epoch of the newest hold that is open in this process; -1 while there is none. Blocks found here that are older must be touched.</summary>
    long NewestHold { get; }

    /// <summary>What is known of blocks, null for those that are not here, in the order asked.</summary>
    ValueTask<BlockEntry?[]> FindAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken);

    /// <summary>As <see cref="FindAsync"/>, and what is here belongs to the current epoch afterwards.</summary>
    ValueTask<BlockEntry?[]> TouchAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken);

    /// <summary>A block by its hash, and its epoch.</summary>
    ValueTask<StoredBlock?> ReadAsync(Multihash hash, CancellationToken cancellationToken);

    /// <summary>A block by its number.</summary>
    ValueTask<StoredBlock?> ReadAsync(long id, CancellationToken cancellationToken);

    /// <summary>Keeps all or none of some blocks; those that are here are touched.</summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.QuotaExceeded"/>.</exception>
    ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken);

    ValueTask DeleteAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken);

    ValueTask<StoreUsage> GetUsageAsync(CancellationToken cancellationToken);

    /// <summary>Opens a hold of the current epoch.</summary>
    ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken);

    /// <summary>Adds a pin, or finds it there already.</summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.QuotaExceeded"/>: its owner's.</exception>
    ValueTask AddPinAsync(Pin pin, CancellationToken cancellationToken);

    ValueTask<bool> RemovePinAsync(PinKey key, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="limit"/> pins after one, in the order of their keys.</summary>
    ValueTask<IReadOnlyList<Pin>> ListPinsAsync(string? owner, PinKey? after, int limit, CancellationToken cancellationToken);

    ValueTask SetQuotaAsync(string owner, long? maxBytes, CancellationToken cancellationToken);

    ValueTask<PinUsage> GetPinUsageAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Begins a collection: a new epoch. Null while another one runs, here or in another process that shares the table.</summary>
    ValueTask<ISweep?> BeginCollectionAsync(CancellationToken cancellationToken);
}
