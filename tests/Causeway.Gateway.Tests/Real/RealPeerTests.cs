using System.Text.Json;
using Causeway.Gateway.Messaging;

namespace Causeway.Gateway.Tests.Real;

/// <summary>Pages whose peers are real: Noise, Yamux and GossipSub over the in-memory network inside a gateway and over TCP between two.</summary>
public sealed class RealPeerTests
{
    private const string Topic = """{"topic":"chatroom"}""";

    [Fact]
    public async Task Two_pages_of_one_gateway_chat_and_message_each_other()
    {
        await using var peers = Factory();
        await using var gateway = await TestGateway.StartAsync(peers);
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await a.RequestAsync("subscribe", Topic);
        await b.RequestAsync("subscribe", Topic);

        // Who hears of a peer can reach it.
        Assert.Equal(b.PeerId, (await a.NextPushAsync("peerChange")).GetProperty("peerid").GetString());
        await peers.MeshAsync(a, b);
        await a.RequestAsync("publish", """{"topic":"chatroom","data":{"text":"hi"}}""");
        Assert.Equal("hi", (await b.NextPushAsync("topicData")).GetProperty("data").GetProperty("text").GetString());
        await b.RequestAsync("publish", """{"topic":"chatroom","data":{"text":"hello"}}""");
        await a.NextPushAsync("topicData");
        Assert.Equal("hello", (await a.NextPushAsync("topicData")).GetProperty("data").GetProperty("text").GetString());

        await a.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
        await b.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
        await a.RequestAsync("send", $$"""{"peer":"{{b.PeerId}}","protocol":"/chat/1.0.0","data":1.50,"ack":0}""");
        Assert.Equal("1.50", (await b.NextPushAsync("peerData")).GetProperty("data").GetRawText());
        await a.NextPushAsync("ack");

        // The first report measures the round trip, but on a busy machine it does not wait for the result.
        var connection = await TestPage.UntilAsync(
            async () => Assert.Single((await a.RequestAsync("connections")).GetProperty("connections").EnumerateArray()),
            c => c.TryGetProperty("rtt", out var measured) && measured.ValueKind == JsonValueKind.Number);
        Assert.Equal("memory", connection.GetProperty("transport").GetString());
        Assert.Equal("/yamux/1.0.0", connection.GetProperty("muxer").GetString());
        Assert.Equal("ipfs/0.1.0", connection.GetProperty("protocolVersion").GetString());
        Assert.True(connection.GetProperty("rtt").GetDouble() > 0);
    }

    [Fact]
    public async Task Pages_of_two_gateways_message_each_other_over_TCP_once_one_knows_the_other()
    {
        await using var peersA = Factory();
        await using var peersB = Factory();
        await using var gatewayA = await TestGateway.StartAsync(peersA);
        await using var gatewayB = await TestGateway.StartAsync(peersB);
        var (a, b) = (await gatewayA.OpenAsync(), await gatewayB.OpenAsync());
        foreach (var page in new[] { a, b }) await page.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
        await peersA.IntroduceAsync(a, peersB, b);
        for (var i = 0; i < 500; i++) _ = await a.BeginAsync("send", $$"""{"peer":"{{b.PeerId}}","protocol":"/chat/1.0.0","data":{{i}},"ack":{{i}}}""");
        for (var i = 0; i < 500; i++) Assert.Equal(i, (await b.NextPushAsync("peerData")).GetProperty("data").GetInt32());
        for (var i = 0; i < 500; i++) Assert.Equal(i, (await a.NextPushAsync("ack")).GetProperty("ack").GetInt32());
        await b.RequestAsync("send", $$"""{"peer":"{{a.PeerId}}","protocol":"/chat/1.0.0","data":"back","ack":0}""");
        Assert.Equal("back", (await a.NextPushAsync("peerData")).GetProperty("data").GetString());

        // One stream carries both directions.
        var connection = Assert.Single((await a.RequestAsync("connections")).GetProperty("connections").EnumerateArray());
        Assert.Equal("tcp", connection.GetProperty("transport").GetString());
    }

    [Fact]
    public async Task A_gateway_that_vanishes_leaves_every_message_acknowledged_or_reported()
    {
        var options = new GatewayOptions { Messaging = new MessagingOptions { RetryDelays = [TimeSpan.FromMilliseconds(10)] } };
        await using var peersA = Factory();
        await using var peersB = Factory();
        await using var gatewayA = await TestGateway.StartAsync(peersA, options);
        var gatewayB = await TestGateway.StartAsync(peersB);
        var (a, b) = (await gatewayA.OpenAsync(), await gatewayB.OpenAsync());
        foreach (var page in new[] { a, b }) await page.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
        await peersA.IntroduceAsync(a, peersB, b);
        const int Count = 1000;
        for (var i = 0; i < Count; i++) _ = await a.BeginAsync("send", $$"""{"peer":"{{b.PeerId}}","protocol":"/chat/1.0.0","data":{{i}},"ack":{{i}}}""");

        // One message at least is acknowledged before it vanishes.
        var outcomes = new HashSet<long> { (await a.NextPushAsync("ack")).GetProperty("ack").GetInt64() };
        await gatewayB.DisposeAsync();
        for (var i = 0; i < 3; i++) _ = await a.BeginAsync("send", $$"""{"peer":"{{b.PeerId}}","protocol":"/chat/1.0.0","data":{{i}},"ack":{{Count + i}}}""");
        var failed = 0;
        while (outcomes.Count < Count + 3)
        {
            var push = JsonDocument.Parse(await a.NextPushAsync()).RootElement;
            if (push.GetProperty("method").GetString() == "ackFailed") failed++;
            Assert.True(outcomes.Add(push.GetProperty("params").GetProperty("ack").GetInt64()));
        }

        Assert.InRange(failed, 3, Count + 2);
    }

    [Fact]
    public async Task A_protocol_that_the_other_page_has_not_started_is_reported()
    {
        var options = new GatewayOptions { Messaging = new MessagingOptions { RetryDelays = [TimeSpan.FromMilliseconds(1)] } };
        await using var peers = Factory();
        await using var gateway = await TestGateway.StartAsync(peers, options);
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        await a.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
        await a.RequestAsync("send", $$"""{"peer":"{{b.PeerId}}","protocol":"/chat/1.0.0","data":1,"ack":0}""");
        Assert.Equal($"peer {b.PeerId} does not serve protocol /chat/1.0.0", (await a.NextPushAsync("ackFailed")).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_page_that_reloads_is_reached_again_under_its_identity()
    {
        await using var peers = Factory();
        await using var gateway = await TestGateway.StartAsync(peers, new GatewayOptions { DuplicateGrace = TestPage.Patience });
        var (a, b) = (await gateway.OpenAsync(), await gateway.OpenAsync());
        foreach (var page in new[] { a, b })
        {
            await page.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
            await page.RequestAsync("subscribe", Topic);
        }

        await a.RequestAsync("send", $$"""{"peer":"{{b.PeerId}}","protocol":"/chat/1.0.0","data":1,"ack":0}""");
        await a.NextPushAsync("ack");
        b.Abort();
        var again = await gateway.OpenAsync(b.PeerKey);
        await again.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
        await again.RequestAsync("subscribe", Topic);
        await peers.MeshAsync(again);
        await a.RequestAsync("send", $$"""{"peer":"{{b.PeerId}}","protocol":"/chat/1.0.0","data":2,"ack":1}""");
        Assert.Equal(2, (await again.NextPushAsync("peerData")).GetProperty("data").GetInt32());
        Assert.Equal(1, (await a.NextPushAsync("ack")).GetProperty("ack").GetInt32());
        await a.RequestAsync("publish", """{"topic":"chatroom","data":"welcome back"}""");
        Assert.Equal("welcome back", (await again.NextPushAsync("topicData")).GetProperty("data").GetString());
    }

    [Fact]
    public async Task Many_pages_start_mesh_and_chat()
    {
        await using var peers = Factory();
        await using var gateway = await TestGateway.StartAsync(peers);
        var count = Soak.Count(40, 200);
        var pages = new List<TestPage>();
        for (var i = 0; i < count; i++) pages.Add(await gateway.OpenAsync());
        await Task.WhenAll(pages.Select(p => p.RequestAsync("subscribe", Topic)));
        await peers.MeshAsync([.. pages]);
        foreach (var page in pages)
        {
            // A mesh peer is enough for a mesh; the others may come later.
            await TestPage.UntilAsync(() => CountAsync(page), listed => listed == count - 1);
        }

        for (var i = 0; i < count; i += 5) await pages[i].RequestAsync("publish", $$"""{"topic":"chatroom","data":{{i}}}""");
        foreach (var page in pages)
        {
            var received = new HashSet<int>();
            while (received.Count < (count + 4) / 5) Assert.True(received.Add((await page.NextPushAsync("topicData")).GetProperty("data").GetInt32()), "delivered once");
        }
    }

    private static async Task<int> CountAsync(TestPage page) =>
        (await page.RequestAsync("listpeers", Topic)).GetProperty("peers").EnumerateArray().Select(p => p.GetString()).Distinct().Count();

    private static RealPeers Factory() => new();
}
