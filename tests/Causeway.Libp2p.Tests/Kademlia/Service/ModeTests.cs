using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;

namespace Causeway.Libp2p.Tests.Kademlia.Service;

public sealed class ModeTests
{
    [Fact]
    public async Task By_default_a_node_serves_while_its_host_can_be_reached_and_others_take_note()
    {
        await using var nodes = new DhtNodes();
        var other = await nodes.StartAsync();
        var node = await nodes.StartAsync(static options => options with { Mode = KademliaMode.Auto });
        await DhtNodes.MeetAsync(node, other);
        Assert.False(node.Dht.IsServer);

        node.Host.SetReachability(Reachability.Public);
        await Eventually.HoldsAsync(() => other.Dht.RoutingTablePeers.Contains(node.Host.Id));
        Assert.True(node.Dht.IsServer);

        node.Host.SetReachability(Reachability.Private);
        await Eventually.HoldsAsync(() => !other.Dht.RoutingTablePeers.Contains(node.Host.Id));
        Assert.False(node.Dht.IsServer);
    }

    [Fact]
    public async Task In_the_public_network_who_has_no_public_address_is_not_taken_for_a_server()
    {
        await using var nodes = new DhtNodes();
        var strict = await nodes.StartAsync(static options => options with { PublicAddressesOnly = true });
        var other = await nodes.StartAsync(static options => options with { Mode = KademliaMode.Server });
        other.Host.SetAddresses("test", Some.Addresses("/ip4/192.168.1.1/tcp/4001"));
        await Libp2p.Tests.Hosts.TestHosts.ConnectAsync(other.Host, strict.Host);
        await Eventually.HoldsAsync(() => strict.Host.Peers.AddressesOf(other.Host.Id).Count > 1 && other.Dht.RoutingTablePeers.Contains(strict.Host.Id));

        // The in-memory address is no IP address, and so nothing that could be private; only the IP address is told to nobody.
        Assert.DoesNotContain(Some.Address("/ip4/192.168.1.1/tcp/4001"), await strict.Dht.FindPeerAsync(Some.NewPeer(), Some.Patience));
        var found = await other.Dht.GetClosestPeersAsync("key"u8.ToArray(), Some.Patience);
        Assert.Equal([strict.Host.Id], found);
    }
}
