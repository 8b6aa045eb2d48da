using Causeway.Multiformats;

namespace Causeway.Ipfs.Blocks;

/// <summary>
/// Blocks that are kept here, by their multihash: version and codec of a CID make no difference. Thread-safe. Blocks of CIDs that carry their bytes in
/// themselves are always there and never kept.
/// </summary>
public interface IBlockStore : IBlockSource, IAsyncDisposable
{
    /// <summary>A block's bytes, or null where it is not here.</summary>
    ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Cid cid, CancellationToken cancellationToken = default);

    /// <summary>Whether a block is here.</summary>
    ValueTask<bool> HasAsync(Cid cid, CancellationToken cancellationToken = default);

    /// <summary>A block's length in bytes, or null where it is not here.</summary>
    ValueTask<int?> LengthOfAsync(Cid cid, CancellationToken cancellationToken = default);

    /// <summary>Keeps blocks, all or none. When it completes they are as durable as the store makes them. Those that are here already cost nothing more.</summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.QuotaExceeded"/>; none of them is kept.</exception>
    ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken = default);

    /// <summary>Removes blocks, whoever needs them still. Users remove pins, and the garbage collector removes blocks.</summary>
    ValueTask DeleteAsync(IReadOnlyList<Cid> cids, CancellationToken cancellationToken = default);

    /// <summary>
    /// Until it is disposed no block that was put, or found to be here, since is collected as garbage: for whoever builds or fetches a tree that has no pin yet.
    /// </summary>
    ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken = default);
}
