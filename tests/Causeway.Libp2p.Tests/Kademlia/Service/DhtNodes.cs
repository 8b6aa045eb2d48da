using System.Collections.Immutable;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Kademlia.Records;
using Causeway.Libp2p.Tests.Hosts;

namespace Causeway.Libp2p.Tests.Kademlia.Service;

/// <summary>Hosts with a DHT on a network of their own.</summary>
internal sealed class DhtNodes : IAsyncDisposable
{
    private readonly TestHosts _hosts = new();

    public List<DhtNode> All { get; } = [];

    /// <summary>A server by default, for the namespace <c>/test</c> too, that knows nobody.</summary>
    public async Task<DhtNode> StartAsync(Func<KademliaOptions, KademliaOptions>? configure = null, TimeProvider? time = null, bool listen = true)
    {
        var options = new KademliaOptions
        {
            Mode = KademliaMode.Server,
            PublicAddressesOnly = false,
            Validators = ImmutableDictionary<string, IRecordValidator>.Empty.Add(TestRecordValidator.Namespace, new TestRecordValidator()),
        };
        options = configure?.Invoke(options) ?? options;

        // The clock is the DHT's only: the hosts' own waits go on while it stands.
        KademliaDht? dht = null;
        var host = await _hosts.StartAsync(builder => builder.Use(own => dht = new KademliaDht(own, options, time)), listen);
        var node = new DhtNode(host, dht!);
        All.Add(node);
        return node;
    }

    /// <summary>A host without a DHT on the same network.</summary>
    public Task<IHost> StartPlainAsync() => _hosts.StartAsync();

    /// <summary>Servers that all have met the first one, and have looked themselves up.</summary>
    public async Task<DhtNode[]> StartNetworkAsync(int count, Func<KademliaOptions, KademliaOptions>? configure = null, TimeProvider? time = null)
    {
        for (var i = 0; i < count; i++)
        {
            var node = await StartAsync(configure, time);
            if (i > 0) await MeetAsync(node, All[0]);
        }

        foreach (var node in All) await node.Dht.RefreshAsync(Some.Patience);
        return [.. All];
    }

    /// <summary>Connects two, and waits until each server is in the other's routing table.</summary>
    public static async Task MeetAsync(DhtNode one, DhtNode other)
    {
        await TestHosts.ConnectAsync(one.Host, other.Host);
        await Eventually.HoldsAsync(() => !other.Dht.IsServer || one.Dht.RoutingTablePeers.Contains(other.Host.Id));
        await Eventually.HoldsAsync(() => !one.Dht.IsServer || other.Dht.RoutingTablePeers.Contains(one.Host.Id));
    }

    public ValueTask DisposeAsync() => _hosts.DisposeAsync();
}

/// <summary>A host and its DHT.</summary>
internal sealed record DhtNode(IHost Host, KademliaDht Dht);
