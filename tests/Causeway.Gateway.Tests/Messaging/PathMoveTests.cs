using System.Text.Json;
using System.Threading.Channels;
using Causeway.Cryptography.Keys;
using Causeway.Gateway.Tests.Fakes;
using Causeway.Libp2p;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using static Causeway.Gateway.Tests.Messaging.WireFrames;

namespace Causeway.Gateway.Tests.Messaging;

/// <summary>Direct messages that begin through a relay, and a direct connection that comes while they are on their way.</summary>
public sealed class PathMoveTests : IAsyncDisposable
{
    private const string Protocol = "/chat/1.0.0";

    private readonly FakeNetwork _network = new();
    private readonly PrivateKey _identity = PrivateKey.Generate();
    private readonly ManualTimeProvider _time = new();
    private readonly Channel<Libp2pStream> _opened = Channel.CreateUnbounded<Libp2pStream>();
    private readonly List<TestGateway> _gateways = [];
    private readonly FakeHost _peer;

    public PathMoveTests() => _peer = new FakeHost(_network, _identity);

    [Fact]
    public async Task Messages_of_both_ends_arrive_once_and_in_order_while_the_path_changes()
    {
        const int Count = 2000;
        var (a, b) = (await OpenAsync(), await OpenAsync());
        var host = HostOf(a);
        host.Connect(PeerId.Parse(b.PeerId), isRelayed: true);
        var halves = await Task.WhenAll(SendAsync(a, b.PeerId, 0, Count / 2), SendAsync(b, a.PeerId, 0, Count / 2));
        var relayed = ConnectionsBetween(a, b);
        host.Connect(PeerId.Parse(b.PeerId), isRelayed: false);
        var direct = ConnectionsBetween(a, b).Except(relayed);
        await Task.WhenAll(SendAsync(a, b.PeerId, Count / 2, Count), SendAsync(b, a.PeerId, Count / 2, Count));
        Assert.Equal([Count / 2, Count / 2], halves);
        foreach (var page in new[] { a, b })
        {
            var (data, acks) = (0, 0);
            while (data < Count || acks < Count)
            {
                var push = JsonDocument.Parse(await page.NextPushAsync()).RootElement;
                if (push.GetProperty("method").GetString() == "peerData") Assert.Equal(data++, push.GetProperty("params").GetProperty("data").GetInt32());
                else Assert.Equal(acks++, push.GetProperty("params").GetProperty("ack").GetInt32());
            }
        }

        // Who was the first to open a stream is the one who moves.
        Assert.NotEmpty(direct.SelectMany(static c => c.Streams));
        foreach (var left in relayed.SelectMany(static c => c.Streams)) await left.WritesClosed.WaitAsync(TestPage.Patience);
    }

    [Fact]
    public async Task What_the_relayed_stream_carried_without_an_acknowledgement_goes_out_again_on_the_direct_one()
    {
        var page = await OpenAsync();
        Answer();
        var host = HostOf(page);
        host.Connect(_peer.Id, isRelayed: true);
        for (var i = 0; i < 3; i++) await SendAsync(page, i);
        var relayed = await NextStreamAsync();
        var frames = new List<string>();
        for (var i = 0; i < 3; i++) frames.Add(await ReadAsync(relayed));
        await AcknowledgeAsync(relayed, frames[0]);
        Assert.Equal(0, await NextAckAsync(page));

        host.Connect(_peer.Id, isRelayed: false);
        var direct = await NextStreamAsync();
        Assert.False(direct.Connection.IsRelayed);
        Assert.Equal(frames[1], await ReadAsync(direct));
        Assert.Equal(frames[2], await ReadAsync(direct));
        Assert.Equal(0, await relayed.ReadAsync(new byte[1]).AsTask().WaitAsync(TestPage.Patience));
        await AcknowledgeAsync(direct, frames[1]);
        await AcknowledgeAsync(direct, frames[1]);
        await AcknowledgeAsync(direct, frames[2]);
        Assert.Equal(1, await NextAckAsync(page));
        Assert.Equal(2, await NextAckAsync(page));
        await SendAsync(page, 3);
        await AcknowledgeAsync(direct, await ReadAsync(direct));
        Assert.Equal(3, await NextAckAsync(page));
    }

    [Fact]
    public async Task A_stream_that_the_other_end_moves_is_followed_with_what_was_not_acknowledged()
    {
        var page = await OpenAsync();
        var (self, protocols) = (PeerId.Parse(page.PeerId), new[] { Protocol });
        _peer.Connect(self, isRelayed: true);
        var relayed = await _peer.OpenStreamAsync(self, protocols);
        await WriteAsync(relayed, """{"type":"data","id":"1","data":"MQ=="}""");
        Assert.Equal(1, (await page.NextPushAsync("peerData")).GetProperty("data").GetInt32());
        Assert.Equal("""{"type":"ack","id":"1"}""", await ReadAsync(relayed));
        await SendAsync(page, 7);
        var frame = await ReadAsync(relayed);

        // Ours to move: it opens a stream, we go over to it.
        _peer.Connect(self, isRelayed: false);
        var direct = await _peer.OpenStreamAsync(self, protocols);
        Assert.Equal(frame, await ReadAsync(direct));
        await WriteAsync(direct, """{"type":"data","id":"1","data":"MQ=="}""");
        Assert.Equal("""{"type":"ack","id":"1"}""", await ReadAsync(direct));
        await WriteAsync(direct, """{"type":"data","id":"2","data":"Mg=="}""");
        Assert.Equal(2, (await page.NextPushAsync("peerData")).GetProperty("data").GetInt32());
        await AcknowledgeAsync(direct, frame);
        Assert.Equal(7, await NextAckAsync(page));
        Assert.False(_opened.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_move_that_fails_changes_nothing_and_is_tried_again()
    {
        var page = await OpenAsync();
        Answer();
        var host = HostOf(page);
        host.Connect(_peer.Id, isRelayed: true);
        await SendAsync(page, 0);
        var relayed = await NextStreamAsync();
        await AcknowledgeAsync(relayed, await ReadAsync(relayed));
        Assert.Equal(0, await NextAckAsync(page));

        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _network.Opening = (_, _, _) =>
        {
            tried.TrySetResult();
            throw new Libp2pException(Libp2pError.StreamReset, "not now");
        };
        host.Connect(_peer.Id, isRelayed: false);
        await tried.Task.WaitAsync(TestPage.Patience);
        await SendAsync(page, 1);
        await AcknowledgeAsync(relayed, await ReadAsync(relayed));
        Assert.Equal(1, await NextAckAsync(page));

        // Without anything to say, and before the stream counts as idle.
        _network.Opening = null;
        await TestPage.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(_opened.Reader.Count);
            },
            count => count > 0);
        var direct = await NextStreamAsync();
        Assert.False(direct.Connection.IsRelayed);
        await SendAsync(page, 2);
        await AcknowledgeAsync(direct, await ReadAsync(direct));
        Assert.Equal(2, await NextAckAsync(page));
    }

    [Fact]
    public async Task A_connection_through_a_relay_is_told_as_such()
    {
        var page = await OpenAsync();
        var host = HostOf(page);
        host.Connect(_peer.Id, isRelayed: true);
        var relayed = Assert.Single((await page.RequestAsync("connections")).GetProperty("connections").EnumerateArray());
        Assert.Equal(("circuit", true), (relayed.GetProperty("transport").GetString(), relayed.GetProperty("limited").GetBoolean()));
        host.Connect(_peer.Id, isRelayed: false);
        var both = (await page.RequestAsync("connections")).GetProperty("connections").EnumerateArray().Select(c => c.GetProperty("transport").GetString());
        Assert.Equal(["circuit", "tcp"], both.Order());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways) await gateway.DisposeAsync();
        await _peer.DisposeAsync();
        _identity.Dispose();
    }

    private async Task<TestPage> OpenAsync()
    {
        var gateway = await TestGateway.StartAsync(new FakePeerFactory(_network), time: _time);
        _gateways.Add(gateway);
        var page = await gateway.OpenAsync();
        await page.RequestAsync("start", $$"""{"protocol":"{{Protocol}}"}""");
        return page;
    }

    private FakeHost HostOf(TestPage page) => _gateways.Select(g => g.Fakes.Nodes.GetValueOrDefault(page.PeerId)).OfType<FakeNode>().Single().FakeHost;

    private void Answer() => _peer.Handle(Protocol, async (stream, token) =>
    {
        await _opened.Writer.WriteAsync(stream, token);
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
    });

    private async Task<Libp2pStream> NextStreamAsync() => await _opened.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);

    // A stream is noted at the end that opened it.
    private FakeConnection[] ConnectionsBetween(TestPage a, TestPage b) =>
        [.. HostOf(a).Connections.To(PeerId.Parse(b.PeerId)).Concat(HostOf(b).Connections.To(PeerId.Parse(a.PeerId))).Cast<FakeConnection>()];

    private Task<JsonElement> SendAsync(TestPage page, int number) =>
        page.RequestAsync("send", $$"""{"peer":"{{_peer.Id}}","protocol":"{{Protocol}}","data":{{number}},"ack":{{number}}}""");

    private static async Task<int> SendAsync(TestPage page, string to, int from, int end)
    {
        for (var i = from; i < end; i++) _ = await page.BeginAsync("send", $$"""{"peer":"{{to}}","protocol":"{{Protocol}}","data":{{i}},"ack":{{i}}}""");
        return end - from;
    }

    private static async Task<int> NextAckAsync(TestPage page) => (await page.NextPushAsync("ack")).GetProperty("ack").GetInt32();

    private static Task AcknowledgeAsync(Libp2pStream stream, string frame) =>
        WriteAsync(stream, $$"""{"type":"ack","id":"{{JsonDocument.Parse(frame).RootElement.GetProperty("id").GetString()}}"}""");
}
