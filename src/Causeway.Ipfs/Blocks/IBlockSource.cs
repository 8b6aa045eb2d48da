using Causeway.Multiformats;

namespace Causeway.Ipfs.Blocks;

/// <summary>Where blocks come from: a store, or the network with a store before it. Thread-safe; many may be asked for at once.</summary>
public interface IBlockSource
{
    /// <summary>A block's bytes. They have the CID's hash.</summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.BlockNotFound"/>: it is not here, or nobody who was asked has it.</exception>
    ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default);
}
