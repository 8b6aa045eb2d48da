using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;

namespace Causeway.Gateway.Peers;

/// <summary>A peer made by <see cref="Libp2pPeerFactory"/>.</summary>
internal sealed class Libp2pPeerNode(IHost host, IPubSub pubSub) : PeerNode
{
    /// <inheritdoc/>
    public override IHost Host => host;

    /// <inheritdoc/>
    public override IPubSub PubSub => pubSub;

    /// <inheritdoc/>
    public override IReadOnlyList<Multiaddress> LocalAddresses => [.. host.Addresses.Where(a => a.Has("memory"))];

    /// <summary>The announcement by mDNS, if there is one.</summary>
    public IDisposable? Announced { get; set; }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        Announced?.Dispose();
        await pubSub.DisposeAsync();
        await host.DisposeAsync();
    }
}
