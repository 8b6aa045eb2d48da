using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Content;

/// <summary>Blocks of a peer without a network for them: what is in the store, and no more.</summary>
internal sealed class StoreBlocks(IBlockStore store) : INetworkBlocks
{
    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default) => store.GetAsync(cid, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
