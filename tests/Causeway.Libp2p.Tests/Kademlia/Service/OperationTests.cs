using System.Text;
using Causeway.Libp2p.Kademlia;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Service;

public sealed class OperationTests
{
    private const int Size = 12;

    private static readonly Multihash Content = Multihash.Compute(MultihashCode.Sha2_256, "content"u8);

    [Fact]
    public async Task A_value_that_one_node_puts_every_other_finds()
    {
        await using var nodes = new DhtNodes();
        var network = await nodes.StartNetworkAsync(Size);
        var key = TestRecordValidator.Key("a");

        Assert.Equal(Size - 1, await network[1].Dht.PutValueAsync(key, "value"u8.ToArray(), Some.Patience));

        foreach (var node in network)
        {
            var found = await node.Dht.GetValueAsync(key, cancellationToken: Some.Patience);
            Assert.Equal("value", Encoding.UTF8.GetString(found!.Value.Span));
        }
    }

    [Fact]
    public async Task What_one_node_provides_every_other_finds_with_its_addresses()
    {
        await using var nodes = new DhtNodes();
        var network = await nodes.StartNetworkAsync(Size);

        Assert.Equal(Size - 1, await network[1].Dht.ProvideAsync(Content, Some.Patience));
        await network[2].Dht.ProvideAsync(Cid.CreateV1(Multicodec.Raw, Content), Some.Patience);

        foreach (var node in network.Skip(3))
        {
            var found = await FindAsync(node, count: 20);
            Assert.Equal(new[] { network[1].Host.Id, network[2].Host.Id }.Order(), found.Select(static provider => provider.Peer).Order());
            Assert.All(found, static provider => Assert.NotEmpty(provider.Addresses));
        }
    }

    [Fact]
    public async Task A_search_for_providers_ends_when_it_has_found_enough()
    {
        await using var nodes = new DhtNodes();
        var network = await nodes.StartNetworkAsync(Size);
        foreach (var node in network.Take(4)) await node.Dht.ProvideAsync(Content, Some.Patience);

        Assert.Equal(2, (await FindAsync(network[^1], count: 2)).Count);
    }

    [Fact]
    public async Task A_peer_that_only_others_know_is_found_and_the_host_connects_to_it_by_its_id()
    {
        await using var nodes = new DhtNodes();
        var network = await nodes.StartNetworkAsync(Size);
        var (searcher, sought) = (await nodes.StartAsync(options => options with { Mode = KademliaMode.Client }), network[^1]);
        await DhtNodes.MeetAsync(searcher, network[0]);

        Assert.Empty(searcher.Host.Peers.AddressesOf(sought.Host.Id));
        var found = await searcher.Dht.FindPeerAsync(sought.Host.Id, Some.Patience);
        Assert.Equal(sought.Host.Addresses, found);
        searcher.Host.Peers.Remove(sought.Host.Id);

        var connection = await searcher.Host.ConnectAsync(sought.Host.Id, Some.Patience);

        Assert.Equal(sought.Host.Id, connection.RemotePeer);
    }

    [Fact]
    public async Task A_connected_peer_that_has_not_said_where_it_is_is_found_like_any_other()
    {
        await using var nodes = new DhtNodes();
        var network = await nodes.StartNetworkAsync(Size);
        var (searcher, sought) = (network[1], network[^1]);
        await DhtNodes.MeetAsync(searcher, sought);
        searcher.Host.Peers.Remove(sought.Host.Id);

        Assert.Equal(sought.Host.Addresses, await searcher.Dht.FindPeerAsync(sought.Host.Id, Some.Patience));
    }

    [Fact]
    public async Task A_peer_that_nobody_knows_is_not_found()
    {
        await using var nodes = new DhtNodes();
        var network = await nodes.StartNetworkAsync(4);

        Assert.Empty(await network[0].Dht.FindPeerAsync(Some.NewPeer(), Some.Patience));
        var error = await Assert.ThrowsAsync<Libp2pException>(async () => await network[0].Host.ConnectAsync(Some.NewPeer(), Some.Patience));
        Assert.Equal(Libp2pError.NoAddress, error.Error);
    }

    [Fact]
    public async Task The_closest_peers_are_those_of_the_whole_network_in_order()
    {
        await using var nodes = new DhtNodes();
        var network = await nodes.StartNetworkAsync(Size);
        var key = "somewhere"u8.ToArray();

        var closest = await network[0].Dht.GetClosestPeersAsync(key, Some.Patience);

        Assert.Equal(Closeness.Order(key, network.Skip(1).Select(static node => node.Host.Id)), closest);
    }

    [Fact]
    public async Task A_client_is_in_nobodys_routing_table_and_yet_puts_gets_provides_and_finds()
    {
        await using var nodes = new DhtNodes();
        var network = await nodes.StartNetworkAsync(4);
        var client = await nodes.StartAsync(options => options with { Mode = KademliaMode.Client });
        await DhtNodes.MeetAsync(client, network[0]);
        var key = TestRecordValidator.Key("client");

        Assert.Equal(4, await client.Dht.PutValueAsync(key, "value"u8.ToArray(), Some.Patience));
        Assert.Equal(4, await client.Dht.ProvideAsync(Content, Some.Patience));

        Assert.NotNull(await network[3].Dht.GetValueAsync(key, cancellationToken: Some.Patience));
        Assert.Equal([client.Host.Id], (await FindAsync(network[3], 20)).Select(static provider => provider.Peer));
        Assert.DoesNotContain(client.Host.Protocols, static protocol => protocol.Contains("kad", StringComparison.Ordinal));
        Assert.All(network, node => Assert.DoesNotContain(client.Host.Id, node.Dht.RoutingTablePeers));
    }

    [Fact]
    public async Task Networks_with_different_prefixes_do_not_mix()
    {
        await using var nodes = new DhtNodes();
        var ours = await nodes.StartAsync(static options => options with { ProtocolPrefix = "/ours" });
        var alsoOurs = await nodes.StartAsync(static options => options with { ProtocolPrefix = "/ours" });
        var other = await nodes.StartAsync();
        await Libp2p.Tests.Hosts.TestHosts.ConnectAsync(ours.Host, other.Host);
        await DhtNodes.MeetAsync(ours, alsoOurs);

        await Eventually.HoldsAsync(() => ours.Host.Peers.ProtocolsOf(other.Host.Id).Count > 0 && other.Host.Peers.ProtocolsOf(ours.Host.Id).Count > 0);

        Assert.Contains("/ours/kad/1.0.0", ours.Host.Protocols);
        Assert.Equal([alsoOurs.Host.Id], ours.Dht.RoutingTablePeers);
        Assert.Empty(other.Dht.RoutingTablePeers);
    }

    private static async Task<List<ProviderInfo>> FindAsync(DhtNode node, int count)
    {
        var found = new List<ProviderInfo>();
        await foreach (var provider in node.Dht.FindProvidersAsync(Content, count, Some.Patience)) found.Add(provider);
        return found;
    }
}
