using Causeway.Libp2p;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Multiformats;

namespace Causeway.Node.Tests;

public sealed class NodeServerTests
{
    private static readonly string[] Services = ["/ipfs/kad/1.0.0", "/ipfs/ping/1.0.0", "/libp2p/circuit/relay/0.2.0/hop", "/meshsub/1.1.0"];

    [Fact]
    public async Task A_node_serves_dht_relay_and_pubsub_over_tcp_and_websocket()
    {
        await using var nodes = new TestNodes();
        var node = await nodes.StartAsync(o => o with { Listen = [Multiaddress.Parse("/ip4/127.0.0.1/tcp/0"), Multiaddress.Parse("/ip4/127.0.0.1/tcp/0/ws")] });
        Assert.Equal(2, node.Host.Addresses.Count);
        foreach (var address in node.Host.Addresses)
        {
            await using var other = new HostBuilder().UseTcp().UseWebSockets().Build();
            await other.StartAsync(TestNodes.Cancel);
            var connection = await other.ConnectAsync(address.WithPeerId(node.Host.Id), TestNodes.Cancel);
            Assert.Equal(address, connection.RemoteAddress);
            await Eventually.HoldsAsync(() => Services.All(other.Peers.ProtocolsOf(node.Host.Id).Contains));
        }

        var report = node.Report();
        Assert.Equal((node.Host.Id.ToString(), "server"), (report.PeerId, report.Dht));
        Assert.All(report.Addresses, a => Assert.EndsWith($"/p2p/{node.Host.Id}", a));
    }

    [Fact]
    public async Task What_is_switched_off_is_not_served()
    {
        await using var nodes = new TestNodes();
        var node = await nodes.StartAsync(o => o with { Dht = null, Relay = null });
        Assert.DoesNotContain("/ipfs/kad/1.0.0", node.Host.Protocols);
        Assert.DoesNotContain("/libp2p/circuit/relay/0.2.0/hop", node.Host.Protocols);
        Assert.Null(node.Report().Dht);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_that_others_can_dial_learns_so_and_serves_the_dht_then(bool isPrivateNetwork)
    {
        using var key = PreSharedKey.Generate();
        await using var nodes = new TestNodes();
        var first = await nodes.StartAsync(InNetwork);
        var node = await nodes.StartAsync(o => InNetwork(o) with { Dht = KademliaMode.Auto, Bootstrap = [TestNodes.AddressOf(first)] });
        await Eventually.HoldsAsync(() => node.Report() is { Reachability: "public", Dht: "server" });
        Assert.Contains(node.Host.Addresses[0].ToString(), node.Report().Reachable);
        Assert.Empty(node.Report().Unreachable);

        NodeOptions InNetwork(NodeOptions options) => options with { PrivateNetwork = isPrivateNetwork ? key : null };
    }

    [Fact]
    public async Task The_peer_of_one_command_neither_asks_nor_answers_whether_others_can_be_dialed()
    {
        await using var nodes = new TestNodes();
        var node = await nodes.StartAsync();
        var temporary = await nodes.StartAsync(_ => NodeOptions.Temporary([TestNodes.AddressOf(node)]));
        Assert.Contains(node.Host.Protocols, static p => p.StartsWith("/libp2p/autonat/", StringComparison.Ordinal));
        Assert.DoesNotContain(temporary.Host.Protocols, static p => p.StartsWith("/libp2p/autonat/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_peer_behind_a_node_is_reached_through_its_relay()
    {
        await using var nodes = new TestNodes();
        var node = await nodes.StartAsync();
        await using var hidden = new HostBuilder().UseTcp().UseRelayClient(o => o with { Relays = [TestNodes.AddressOf(node)] }).Build();
        await hidden.StartAsync(TestNodes.Cancel);
        await Eventually.HoldsAsync(() => hidden.Addresses.Any(static a => a.IsRelayed));
        Assert.Equal(1, node.Report().Reservations);
        await using var caller = new HostBuilder().UseTcp().UseRelayClient(o => o with { Reservations = 0 }).Build();
        await caller.StartAsync(TestNodes.Cancel);
        var connection = await caller.ConnectAsync(hidden.Addresses.First(static a => a.IsRelayed).WithPeerId(hidden.Id), TestNodes.Cancel);
        Assert.True(connection is { IsRelayed: true, IsLimited: true });
        Assert.True(await new PingService(caller).PingAsync(hidden.Id, TestNodes.Cancel) > TimeSpan.Zero);
        Assert.Equal(1, node.Report().Circuits);
    }

    [Fact]
    public async Task While_it_drains_it_is_not_ready_and_circuits_go_on_until_they_end()
    {
        await using var nodes = new TestNodes();
        var node = await nodes.StartAsync();
        await using var hidden = new HostBuilder().UseTcp().UseRelayClient(o => o with { Relays = [TestNodes.AddressOf(node)] }).Build();
        await hidden.StartAsync(TestNodes.Cancel);
        await Eventually.HoldsAsync(() => hidden.Addresses.Any(static a => a.IsRelayed));
        await using var caller = new HostBuilder().UseTcp().UseRelayClient(o => o with { Reservations = 0 }).Build();
        await caller.StartAsync(TestNodes.Cancel);
        var connection = await caller.ConnectAsync(hidden.Addresses.First(static a => a.IsRelayed).WithPeerId(hidden.Id), TestNodes.Cancel);
        Assert.Null(node.NotReady);
        var drained = node.DrainAsync(Eventually.Patience);
        Assert.NotNull(node.NotReady);
        Assert.True(await new PingService(caller).PingAsync(hidden.Id, TestNodes.Cancel) > TimeSpan.Zero);
        Assert.False(drained.IsCompleted);
        await connection.CloseAsync(TestNodes.Cancel);
        await drained.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task Messages_of_its_topics_are_passed_on()
    {
        await using var nodes = new TestNodes();
        var node = await nodes.StartAsync(o => o with { Topics = ["news"] });
        var (hostA, a) = await StartPubSubAsync(node);
        var (hostB, b) = await StartPubSubAsync(node);
        await using (hostA)
        await using (hostB)
        await using (a)
        await using (b)
        {
            await using var heardByA = a.Subscribe("news");
            await using var heardByB = b.Subscribe("news");
            await Task.WhenAll(a.WaitForMeshAsync("news", TestNodes.Cancel), b.WaitForMeshAsync("news", TestNodes.Cancel)).WaitAsync(Eventually.Patience);
            await Eventually.HoldsAsync(() => a.PeersOf("news").Count == 1 && b.PeersOf("news").Count == 1);
            await a.PublishAsync("news", "hello"u8.ToArray(), TestNodes.Cancel);
            await using var messages = heardByB.ReadAllAsync(TestNodes.Cancel).GetAsyncEnumerator();
            Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(Eventually.Patience));
            Assert.Equal((hostA.Id, node.Host.Id), (messages.Current.From, messages.Current.ReceivedFrom));
        }
    }

    [Fact]
    public async Task After_a_restart_it_knows_where_peers_are()
    {
        await using var nodes = new TestNodes();
        var (key, folder) = (nodes.NewKey(), nodes.NewFolder());
        var other = await nodes.StartAsync();
        var node = await nodes.StartAsync(o => o with { Folder = folder }, key);
        await node.Control.ConnectAsync(TestNodes.AddressOf(other).ToString(), TestNodes.Cancel);
        await node.DisposeAsync();
        var again = await nodes.StartAsync(o => o with { Folder = folder }, key);
        Assert.Equal(node.Host.Id, again.Host.Id);
        Assert.Equal(other.Host.Id.ToString(), (await again.Control.ConnectAsync(other.Host.Id.ToString(), TestNodes.Cancel)).PeerId);
    }

    [Fact]
    public async Task Who_has_not_the_key_of_a_private_network_is_not_let_in()
    {
        await using var nodes = new TestNodes();
        using var key = PreSharedKey.Generate();
        var inside = await nodes.StartAsync(o => o with { PrivateNetwork = key });
        var member = await nodes.StartAsync(o => o with { PrivateNetwork = key, Bootstrap = [TestNodes.AddressOf(inside)] });
        await Eventually.HoldsAsync(() => member.Host.Connections.IsConnected(inside.Host.Id));
        var stranger = await nodes.StartAsync();
        await Assert.ThrowsAsync<Libp2pException>(() => stranger.Host.ConnectAsync(TestNodes.AddressOf(inside), TestNodes.Cancel).AsTask());
        Assert.False(inside.Host.Connections.IsConnected(stranger.Host.Id));
    }

    [Fact]
    public async Task An_address_in_use_ends_the_start_and_leaves_nothing_behind()
    {
        await using var nodes = new TestNodes();
        var node = await nodes.StartAsync();
        var folder = nodes.NewFolder();
        await Assert.ThrowsAsync<Libp2pException>(() => nodes.StartAsync(o => o with { Listen = node.Host.Addresses, Folder = folder }));
        await nodes.StartAsync(o => o with { Folder = folder });
    }

    [Theory]
    [InlineData(false, "/ip4/1.2.3.4/tcp/1", "/ip4/0.0.0.0/tcp/0")]
    [InlineData(true, "/ip4/10.0.0.1/tcp/1", "/ip4/0.0.0.0/tcp/0")]
    [InlineData(true, null, "/ip4/127.0.0.1/tcp/0")]
    [InlineData(false, null, "/ip4/0.0.0.0/tcp/0")]
    [InlineData(false, "/dns4/node.example/tcp/1", "/ip4/0.0.0.0/tcp/0")]
    public void Private_addresses_count_where_all_that_is_named_is_private(bool isClosed, string? bootstrap, string listen)
    {
        var id = PeerId.Parse("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB");
        var options = new NodeOptions { Listen = [Multiaddress.Parse(listen)], Bootstrap = bootstrap is null ? [] : [Multiaddress.Parse(bootstrap).WithPeerId(id)] };
        Assert.Equal(isClosed, options.IsClosed);
        Assert.True((options with { PrivateAddresses = true }).IsClosed);
        Assert.False((options with { PrivateAddresses = false }).IsClosed);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new NodeOptions { Bootstrap = [Multiaddress.Parse("/ip4/1.2.3.4/tcp/1")] }.Validate());
        Assert.Throws<ArgumentException>(() => new NodeOptions { Topics = [""] }.Validate());
    }

    private static async Task<(IHost Host, GossipSub PubSub)> StartPubSubAsync(NodeServer node)
    {
        var host = new HostBuilder().UseTcp().Build();
        await host.StartAsync(TestNodes.Cancel);
        var pubSub = host.AddGossipSub();
        await pubSub.StartAsync(TestNodes.Cancel);
        await host.ConnectAsync(TestNodes.AddressOf(node), TestNodes.Cancel);
        return (host, pubSub);
    }
}
