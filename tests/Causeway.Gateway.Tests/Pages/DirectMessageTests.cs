using System.Text.Json;
using Causeway.Gateway.Messaging;
using Causeway.Gateway.Tests.Fakes;
using Causeway.Libp2p;

namespace Causeway.Gateway.Tests.Pages;

/// <summary>Direct messages between pages of two gateways, over real WebSockets.</summary>
public sealed class DirectMessageTests
{
    private const string Nobody = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";

    private static readonly MessagingOptions Impatient = new() { RetryDelays = [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)] };

    [Fact]
    public async Task A_message_arrives_and_is_acknowledged_by_the_other_gateway()
    {
        await using var pair = await Pair.StartAsync();
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":{"text":"hi"},"ack":17}""");
        Assert.Equal(
            $$$"""{"requestid":0,"method":"peerData","params":{"peer":"{{{pair.A.PeerId}}}","protocol":"/chat/1.0.0","data":{"text":"hi"}},"isresponse":false}""",
            await pair.B.NextPushAsync());
        Assert.Equal("""{"requestid":0,"method":"ack","params":{"ack":17},"isresponse":false}""", await pair.A.NextPushAsync());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-0")]
    [InlineData("1.0")]
    [InlineData("9007199254740993")]
    [InlineData("123456789012345678901234567890.123456789012345678901234567890")]
    [InlineData("1E400")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"\\u0041\\/\\ud83d\\ude00 😀 \\u0000\"")]
    [InlineData("{ \"b\" : [ 1 ,\t2 ] , \"a\":{},\"a\":1 }")]
    public async Task Data_comes_out_byte_for_byte(string json)
    {
        await using var pair = await Pair.StartAsync();
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":{{json}}}""");
        Assert.Equal(json, (await pair.B.NextPushAsync("peerData")).GetProperty("data").GetRawText());
        await pair.A.RequestAsync("subscribe", """{"topic":"t"}""");
        await pair.A.RequestAsync("publish", $$"""{"topic":"t","data":{{json}}}""");
        Assert.Equal(json, (await pair.A.NextPushAsync("topicData")).GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_large_message_arrives_whole()
    {
        await using var pair = await Pair.StartAsync();
        var text = new string('x', 10 * 1024 * 1024);
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":"{{text}}","ack":0}""");
        Assert.Equal(text, (await pair.B.NextPushAsync("peerData")).GetProperty("data").GetString());
        Assert.Equal(0, (await pair.A.NextPushAsync("ack")).GetProperty("ack").GetInt64());
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","ack":-1""")]
    [InlineData(""","ack":null""")]
    public async Task Without_a_number_no_acknowledgement_is_pushed(string ack)
    {
        await using var pair = await Pair.StartAsync();
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":1{{ack}}}""");
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":2,"ack":5}""");
        Assert.Equal(5, JsonDocument.Parse(await pair.A.NextPushAsync()).RootElement.GetProperty("params").GetProperty("ack").GetInt64());
    }

    [Fact]
    public async Task Many_messages_keep_their_order_in_both_directions_at_once()
    {
        await using var pair = await Pair.StartAsync();
        const int Count = 2000;
        await Task.WhenAll(SendAllAsync(pair.A, pair.B.PeerId, Count), SendAllAsync(pair.B, pair.A.PeerId, Count));
        foreach (var page in new[] { pair.A, pair.B })
        {
            var (data, acks) = (0, 0);
            while (data < Count || acks < Count)
            {
                var push = JsonDocument.Parse(await page.NextPushAsync()).RootElement;
                if (push.GetProperty("method").GetString() == "peerData") Assert.Equal(data++, push.GetProperty("params").GetProperty("data").GetInt32());
                else Assert.Equal(acks++, push.GetProperty("params").GetProperty("ack").GetInt32());
            }
        }
    }

    [Fact]
    public async Task Pushes_are_numbered_in_their_order()
    {
        await using var pair = await Pair.StartAsync();
        await SendAllAsync(pair.A, pair.B.PeerId, 100);
        for (var i = 0; i < 100; i++) Assert.Equal(i, JsonDocument.Parse(await pair.B.NextPushAsync()).RootElement.GetProperty("requestid").GetInt64());
    }

    [Fact]
    public async Task Sending_on_a_protocol_that_was_not_started_is_an_error()
    {
        await using var pair = await Pair.StartAsync();
        Assert.Equal(
            (409, "protocol not started: /other/1"),
            await pair.A.RequestErrorAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/other/1","data":1,"ack":1}"""));
    }

    [Fact]
    public async Task Starting_twice_and_stopping_what_is_not_started_are_errors()
    {
        await using var gateway = await TestGateway.StartAsync();
        var page = await gateway.OpenAsync();
        await page.RequestAsync("start", """{"protocol":"/x/1"}""");
        Assert.Equal((409, "already started protocol: /x/1"), await page.RequestErrorAsync("start", """{"protocol":"/x/1"}"""));
        await page.RequestAsync("stop", """{"protocol":"/x/1"}""");
        Assert.Equal((409, "protocol not started: /x/1"), await page.RequestErrorAsync("stop", """{"protocol":"/x/1"}"""));
        await page.RequestAsync("start", """{"protocol":"/x/1"}""");
        Assert.Equal(409, (await page.RequestErrorAsync("start", """{"protocol":"/ipfs/ping/1.0.0"}""")).Code);
    }

    [Fact]
    public async Task A_peer_that_is_nowhere_is_reported_after_the_last_attempt()
    {
        await using var pair = await Pair.StartAsync(new() { Messaging = Impatient });
        await pair.A.RequestAsync("send", $$"""{"peer":"{{Nobody}}","protocol":"/chat/1.0.0","data":1,"ack":3}""");
        var failed = await pair.A.NextPushAsync("ackFailed");
        Assert.Equal(3, failed.GetProperty("ack").GetInt64());
        Assert.StartsWith($"peer {Nobody} is unreachable", failed.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_protocol_that_is_not_started_there_is_reported()
    {
        await using var pair = await Pair.StartAsync(new() { Messaging = Impatient });
        await pair.A.RequestAsync("start", """{"protocol":"/only-a/1"}""");
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/only-a/1","data":1,"ack":4}""");
        var failed = await pair.A.NextPushAsync("ackFailed");
        Assert.Equal($"peer {pair.B.PeerId} does not serve protocol /only-a/1", failed.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_protocol_that_was_stopped_takes_no_more_messages()
    {
        await using var pair = await Pair.StartAsync(new() { Messaging = Impatient });
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":1,"ack":0}""");
        await pair.A.NextPushAsync("ack");
        await pair.B.RequestAsync("stop", """{"protocol":"/chat/1.0.0"}""");
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":2,"ack":1}""");
        Assert.Equal(1, (await pair.A.NextPushAsync("ackFailed")).GetProperty("ack").GetInt64());
    }

    [Fact]
    public async Task A_peer_that_is_killed_midway_leaves_every_message_acknowledged_or_reported()
    {
        await using var pair = await Pair.StartAsync(new() { Messaging = Impatient });
        const int Count = 500;
        var opened = new TaskCompletionSource();
        pair.Network.Opening = (_, _, _) =>
        {
            opened.TrySetResult();
            return Task.CompletedTask;
        };
        var sending = SendAllAsync(pair.A, pair.B.PeerId, Count);
        await opened.Task.WaitAsync(TestPage.Patience);
        await pair.B.NextPushAsync("peerData");
        pair.B.Abort();
        await sending;
        var outcomes = new HashSet<long>();
        while (outcomes.Count < Count)
        {
            var push = JsonDocument.Parse(await pair.A.NextPushAsync()).RootElement;
            Assert.Contains(push.GetProperty("method").GetString(), new[] { "ack", "ackFailed" });
            Assert.True(outcomes.Add(push.GetProperty("params").GetProperty("ack").GetInt64()), "one outcome for each message");
        }
    }

    [Fact]
    public async Task A_connection_that_breaks_loses_duplicates_and_reorders_nothing()
    {
        await using var pair = await Pair.StartAsync(new() { Messaging = new() { RetryDelays = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(1), 10_000)] } });
        const int Count = 3000;
        var sending = SendAllAsync(pair.A, pair.B.PeerId, Count);
        var host = pair.GatewayA.Fakes.Nodes[pair.A.PeerId].FakeHost;
        var other = pair.GatewayB.Fakes.Nodes[pair.B.PeerId].FakeHost;
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(i, (await pair.B.NextPushAsync("peerData")).GetProperty("data").GetInt32());
            if (i % 300 != 100) continue;
            host.Break(other.Id);
            other.Break(host.Id);
        }

        await sending;
        var acks = new HashSet<long>();
        while (acks.Count < Count) Assert.True(acks.Add((await pair.A.NextPushAsync("ack")).GetProperty("ack").GetInt64()));
        Assert.False(pair.B.Pushes.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_full_queue_is_an_error_of_the_request()
    {
        await using var pair = await Pair.StartAsync(new() { Messaging = new() { MaxQueuedMessages = 2 } });
        pair.Network.Opening = (_, _, _) => new TaskCompletionSource().Task;
        for (var i = 0; i < 2; i++) await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":1,"ack":{{i}}}""");
        var (code, message) = await pair.A.RequestErrorAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":1,"ack":2}""");
        Assert.Equal(429, code);
        Assert.Contains("queued", message);
    }

    [Fact]
    public async Task A_peer_that_hangs_does_not_hold_up_messages_to_others()
    {
        await using var pair = await Pair.StartAsync();
        pair.Network.Opening = (_, peer, _) => peer.ToString() == Nobody ? new TaskCompletionSource().Task : Task.CompletedTask;
        await pair.A.RequestAsync("send", $$"""{"peer":"{{Nobody}}","protocol":"/chat/1.0.0","data":1,"ack":1}""");
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":1,"ack":2}""");
        Assert.Equal(2, (await pair.A.NextPushAsync("ack")).GetProperty("ack").GetInt64());
    }

    [Fact]
    public async Task A_peer_that_comes_back_in_time_gets_what_was_sent_meanwhile()
    {
        await using var pair = await Pair.StartAsync(new() { Messaging = new() { RetryDelays = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(5), 10_000)] } });
        var gone = new TaskCompletionSource();
        pair.GatewayB.Endpoint.PagesChanged += _ => gone.TrySetResult();
        pair.B.Abort();
        await gone.Task.WaitAsync(TestPage.Patience);
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.B.PeerId}}","protocol":"/chat/1.0.0","data":"while you were away","ack":1}""");
        var back = await pair.GatewayB.OpenAsync(pair.B.PeerKey);
        await back.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
        Assert.Equal("while you were away", (await back.NextPushAsync("peerData")).GetProperty("data").GetString());
        await pair.A.NextPushAsync("ack");
    }

    [Fact]
    public async Task A_message_to_oneself_comes_back()
    {
        await using var pair = await Pair.StartAsync();
        await pair.A.RequestAsync("send", $$"""{"peer":"{{pair.A.PeerId}}","protocol":"/chat/1.0.0","data":1,"ack":6}""");
        Assert.Equal(pair.A.PeerId, (await pair.A.NextPushAsync("peerData")).GetProperty("peer").GetString());
        Assert.Equal(6, (await pair.A.NextPushAsync("ack")).GetProperty("ack").GetInt64());
    }

    private static async Task SendAllAsync(TestPage page, string peer, int count)
    {
        for (var i = 0; i < count; i++) _ = await page.BeginAsync("send", $$"""{"peer":"{{peer}}","protocol":"/chat/1.0.0","data":{{i}},"ack":{{i}}}""");
    }

    /// <summary>Two gateways on one network, a page with the chat's protocol on each.</summary>
    private sealed class Pair(FakeNetwork network, TestGateway gatewayA, TestGateway gatewayB, TestPage a, TestPage b) : IAsyncDisposable
    {
        public FakeNetwork Network => network;

        public TestGateway GatewayA => gatewayA;

        public TestGateway GatewayB => gatewayB;

        public TestPage A => a;

        public TestPage B => b;

        public static async Task<Pair> StartAsync(GatewayOptions? options = null)
        {
            var network = new FakeNetwork();
            var gatewayA = await TestGateway.StartAsync(new FakePeerFactory(network), options);
            var gatewayB = await TestGateway.StartAsync(new FakePeerFactory(network), options);
            var (a, b) = (await gatewayA.OpenAsync(), await gatewayB.OpenAsync());
            await a.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
            await b.RequestAsync("start", """{"protocol":"/chat/1.0.0"}""");
            return new Pair(network, gatewayA, gatewayB, a, b);
        }

        public async ValueTask DisposeAsync()
        {
            await gatewayA.DisposeAsync();
            await gatewayB.DisposeAsync();
        }
    }
}
