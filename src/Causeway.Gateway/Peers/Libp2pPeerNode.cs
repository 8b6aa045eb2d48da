using Causeway.Gateway.Files.Content;
using Causeway.Gateway.Topics;
using Causeway.Ipfs.Bitswap;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Peers;

/// <summary>A peer made by <see cref="Libp2pPeerFactory"/>.</summary>
internal sealed class Libp2pPeerNode(IHost host, IPubSub pubSub) : PeerNode
{
    private DhtTopicDiscovery? _discovery;

    /// <inheritdoc/>
    public override IHost Host => host;

    /// <inheritdoc/>
    public override IPubSub PubSub => pubSub;

    /// <inheritdoc/>
    public override ITopicDiscovery? Discovery => _discovery;

    /// <inheritdoc/>
    public override IReadOnlyList<Multiaddress> LocalAddresses => [.. host.Addresses.Where(a => a.Has("memory"))];

    /// <summary>Bitswap, if there is one.</summary>
    public BitswapExchange? Exchange { get; set; }

    /// <inheritdoc/>
    public override INetworkBlocks? OpenBlocks(Cid root) => Exchange is { } exchange ? new BitswapBlocks(exchange.CreateSession(root)) : null;

    /// <summary>The announcement by mDNS, if there is one.</summary>
    public IDisposable? Announced { get; set; }

    /// <summary>Searches the peers of topics in the DHT.</summary>
    public void UseDht(KademliaDht dht, ILogger logger) => _discovery = new DhtTopicDiscovery(host, new DhtProviderRecords(dht), TimeProvider.System, logger);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        Announced?.Dispose();
        if (_discovery is not null) await _discovery.DisposeAsync();
        await pubSub.DisposeAsync();
        await host.DisposeAsync();
    }
}
