using Causeway.Ipfs.Bitswap;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Content;

/// <summary>Blocks that come over Bitswap.</summary>
internal sealed class BitswapBlocks(BitswapSession session) : INetworkBlocks
{
    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default) => session.GetAsync(cid, cancellationToken);

    /// <inheritdoc/>
    public Task AddPeerAsync(PeerId peer, CancellationToken cancellationToken) => session.AddPeerAsync(peer, cancellationToken: cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();
}
