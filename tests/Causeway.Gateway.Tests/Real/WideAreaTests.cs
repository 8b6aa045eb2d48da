using System.Text.Json;
using Causeway.Gateway.Peers;
using Causeway.Libp2p.AutoNat;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;
using Causeway.Libp2p.Relay;

namespace Causeway.Gateway.Tests.Real;

/// <summary>Pages of two gateways that know nothing but the address of a node, which is their DHT and relay: no mDNS, nobody introduces them.</summary>
public sealed class WideAreaTests
{
    private const string Topic = """{"topic":"chatroom"}""";

    [Fact]
    public Task They_find_each_other_in_the_DHT_and_chat_directly() => ChatAndMessageAsync(static options => options, "tcp", limited: false);

    // Peers that listen nowhere are as far away as behind the worst of NATs.
    [Fact]
    public Task Where_nobody_can_be_dialed_topics_and_messages_go_through_the_relay() => ChatAndMessageAsync(static options => options with { Listen = [] }, "circuit", limited: true);

    [Fact]
    public async Task A_peer_that_is_to_be_kept_and_known_by_its_ID_only_is_found()
    {
        await using var node = await StartNodeAsync();
        await using var peersA = new RealPeers(Options(node));
        await using var peersB = new RealPeers(Options(node));
        await using var gatewayA = await TestGateway.StartAsync(peersA);
        await using var gatewayB = await TestGateway.StartAsync(peersB);
        var (a, b) = (await gatewayA.OpenAsync(), await gatewayB.OpenAsync());
        await a.RequestAsync("addpeers", $$"""{"peerIds":["{{b.PeerId}}"]}""");
        await HasConnectionAsync(a, b, "tcp", limited: false);
    }

    private static async Task ChatAndMessageAsync(Func<PeerNetworkOptions, PeerNetworkOptions> configure, string transport, bool limited)
    {
        await using var node = await StartNodeAsync();
        await using var peersA = new RealPeers(configure(Options(node)));
        await using var peersB = new RealPeers(configure(Options(node)));
        await using var gatewayA = await TestGateway.StartAsync(peersA);
        await using var gatewayB = await TestGateway.StartAsync(peersB);
        var (a, b) = await JoinAsync(gatewayA, gatewayB);
        await Task.WhenAll(peersA.MeshAsync(a), peersB.MeshAsync(b));
        await ChatAsync(a, b);
        await MessageAsync(a, b);
        await HasConnectionAsync(a, b, transport, limited);
    }

    private static async Task<IHost> StartNodeAsync()
    {
        var host = new HostBuilder()
            .UseTcp()
            .Listen("/ip4/127.0.0.1/tcp/0")
            .UseAutoNat(new AutoNatOptions { AllowPrivate = true })
            .UseCircuitRelay()
            .UseKademlia(o => o with { Mode = KademliaMode.Server, PublicAddressesOnly = false })
            .Build();
        await host.StartAsync();
        return host;
    }

    private static PeerNetworkOptions Options(IHost node) => PeerNetworkOptions.ThisMachine with { Bootstrap = [.. node.Addresses.Select(a => a.WithPeerId(node.Id))] };

    private static async Task<(TestPage A, TestPage B)> JoinAsync(TestGateway gatewayA, TestGateway gatewayB)
    {
        var (a, b) = (await gatewayA.OpenAsync(), await gatewayB.OpenAsync());
        foreach (var page in new[] { a, b })
        {
            await page.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
            await page.RequestAsync("subscribe", Topic);
        }

        foreach (var (page, other) in new[] { (a, b), (b, a) })
        {
            var change = await page.NextPushAsync("peerChange");
            Assert.Equal((other.PeerId, true), (change.GetProperty("peerid").GetString(), change.GetProperty("joined").GetBoolean()));
        }

        return (a, b);
    }

    private static async Task ChatAsync(TestPage a, TestPage b)
    {
        await a.RequestAsync("publish", """{"topic":"chatroom","data":"hi"}""");
        Assert.Equal("hi", (await b.NextPushAsync("topicData")).GetProperty("data").GetString());
        await b.RequestAsync("publish", """{"topic":"chatroom","data":"hello"}""");
        await a.NextPushAsync("topicData");
        Assert.Equal("hello", (await a.NextPushAsync("topicData")).GetProperty("data").GetString());
    }

    private static async Task MessageAsync(TestPage a, TestPage b)
    {
        await a.RequestAsync("send", $$"""{"peer":"{{b.PeerId}}","protocol":"/chat/1.0.0","data":1,"ack":0}""");
        Assert.Equal(1, (await b.NextPushAsync("peerData")).GetProperty("data").GetInt32());
        await a.NextPushAsync("ack");
        await b.RequestAsync("send", $$"""{"peer":"{{a.PeerId}}","protocol":"/chat/1.0.0","data":2,"ack":0}""");
        Assert.Equal(2, (await a.NextPushAsync("peerData")).GetProperty("data").GetInt32());
        await b.NextPushAsync("ack");
    }

    private static async Task HasConnectionAsync(TestPage page, TestPage other, string transport, bool limited)
    {
        var paths = await TestPage.UntilAsync(
            async () => (await page.RequestAsync("connections")).GetProperty("connections").EnumerateArray().Where(c => c.GetProperty("peerid").GetString() == other.PeerId).ToArray(),
            found => found.Any(c => c.GetProperty("transport").GetString() == transport && c.GetProperty("rtt").ValueKind == JsonValueKind.Number));
        Assert.All(paths.Where(c => c.GetProperty("transport").GetString() == transport), c => Assert.Equal(limited, c.GetProperty("limited").GetBoolean()));
    }
}
