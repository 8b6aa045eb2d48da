using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Causeway.Cryptography.Keys;
using Causeway.Gateway.Messaging;
using Causeway.Gateway.Tests.Fakes;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Streams;
using Causeway.Multiformats;
using static Causeway.Gateway.Tests.Messaging.WireFrames;

namespace Causeway.Gateway.Tests.Messaging;

/// <summary>A page of ours and a peer that a test plays: the older gateway of this protocol, and hostile ones.</summary>
public sealed class OlderGatewayTests : IAsyncDisposable
{
    private const string Protocol = "/chat/1.0.0";

    private readonly FakeNetwork _network = new();
    private readonly PrivateKey _identity = PrivateKey.Generate();
    private readonly ManualTimeProvider _time = new();
    private readonly FakeHost _peer;
    private readonly List<(FakeHost Host, PrivateKey Key)> _strangers = [];
    private TestGateway? _gateway;

    public OlderGatewayTests() => _peer = new FakeHost(_network, _identity);

    [Fact]
    public async Task A_message_is_acknowledged_on_its_stream_and_the_answer_comes_back_on_it()
    {
        var page = await OpenAsync();
        var stream = await ConnectAsync(page);
        await WriteAsync(stream, """{"type":"data","id":"1763617000000000000-0","data":"eyJ0ZXh0IjoiaGkifQ=="}""");
        Assert.Equal("hi", (await page.NextPushAsync("peerData")).GetProperty("data").GetProperty("text").GetString());
        Assert.Equal("""{"type":"ack","id":"1763617000000000000-0"}""", await ReadAsync(stream));

        // It would close its own stream if we opened another one: ours must travel on the one that is there.
        await page.RequestAsync("send", $$"""{"peer":"{{_peer.Id}}","protocol":"{{Protocol}}","data":[1,2],"ack":9}""");
        var frame = JsonDocument.Parse(await ReadAsync(stream)).RootElement;
        Assert.Equal("data", frame.GetProperty("type").GetString());
        Assert.Equal("[1,2]", Encoding.UTF8.GetString(frame.GetProperty("data").GetBytesFromBase64()));
        await WriteAsync(stream, $$"""{"type":"ack","id":"{{frame.GetProperty("id").GetString()}}"}""");
        Assert.Equal(9, (await page.NextPushAsync("ack")).GetProperty("ack").GetInt64());
    }

    [Fact]
    public async Task A_repeated_id_is_acknowledged_and_not_delivered_again()
    {
        var page = await OpenAsync();
        var stream = await ConnectAsync(page);
        for (var i = 0; i < 2; i++)
        {
            await WriteAsync(stream, """{"type":"data","id":"same","data":"MQ=="}""");
            Assert.Equal("""{"type":"ack","id":"same"}""", await ReadAsync(stream));
        }

        // Also on another stream.
        var second = await ConnectAsync(page);
        await WriteAsync(second, """{"type":"data","id":"same","data":"MQ=="}""");
        Assert.Equal("""{"type":"ack","id":"same"}""", await ReadAsync(second));
        await WriteAsync(second, """{"type":"data","id":"other","data":"Mg=="}""");
        Assert.Equal(1, (await page.NextPushAsync("peerData")).GetProperty("data").GetInt32());
        Assert.Equal(2, (await page.NextPushAsync("peerData")).GetProperty("data").GetInt32());
    }

    [Fact]
    public async Task Without_an_acknowledgement_the_page_hears_nothing_and_the_message_is_sent_again_on_a_new_stream()
    {
        var page = await OpenAsync(new MessagingOptions { RetryDelays = [TimeSpan.Zero, TimeSpan.Zero] });
        var streams = new System.Threading.Channels.UnboundedChannelOptions();
        var opened = System.Threading.Channels.Channel.CreateUnbounded<Libp2pStream>(streams);
        _peer.Handle(Protocol, async (stream, token) =>
        {
            await opened.Writer.WriteAsync(stream, token);
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        });
        await page.RequestAsync("send", $$"""{"peer":"{{_peer.Id}}","protocol":"{{Protocol}}","data":"x","ack":1}""");
        var first = await opened.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);
        var frame = await ReadAsync(first);

        // The acknowledgement never comes: after 30 s the stream is given up.
        await PassTimeUntilAsync(() => ((FakeStream)first).IsAborted);
        var second = await opened.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);
        Assert.Equal(frame, await ReadAsync(second));
        Assert.False(page.Pushes.Reader.TryRead(out _));
        await WriteAsync(second, $$"""{"type":"ack","id":"{{JsonDocument.Parse(frame).RootElement.GetProperty("id").GetString()}}"}""");
        await page.NextPushAsync("ack");
    }

    [Fact]
    public async Task An_idle_stream_is_closed_and_another_opened_when_there_is_something_to_say()
    {
        var page = await OpenAsync();
        var stream = await ConnectAsync(page);
        await WriteAsync(stream, """{"type":"data","id":"1","data":"MQ=="}""");
        await ReadAsync(stream);
        var ending = stream.ReadAsync(new byte[1]).AsTask();
        await PassTimeUntilAsync(() => ending.IsCompleted);
        Assert.Equal(0, await ending);

        var opened = new TaskCompletionSource<Libp2pStream>();
        _peer.Handle(Protocol, async (inbound, token) =>
        {
            opened.SetResult(inbound);
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        });
        await page.RequestAsync("send", $$"""{"peer":"{{_peer.Id}}","protocol":"{{Protocol}}","data":2}""");
        Assert.Contains("\"data\"", await ReadAsync(await opened.Task.WaitAsync(TestPage.Patience)));
    }

    [Theory]
    [InlineData("""{"type":"data","id":"1","data":"MSwi"}""")]
    [InlineData("""{"type":"data","id":"1","data":"fSwiaXNyZXNwb25zZSI6dHJ1ZQ=="}""")]
    [InlineData("""{"type":"data","data":"MQ=="}""")]
    [InlineData("""{"type":"data","id":"","data":"MQ=="}""")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task A_malformed_frame_costs_its_stream_and_nothing_else(string frame)
    {
        var page = await OpenAsync();
        var good = await ConnectAsync(page);
        var bad = await ConnectAsync(page);
        await WriteAsync(bad, frame);
        await AssertResetAsync(bad);
        await WriteAsync(good, """{"type":"data","id":"2","data":"Mg=="}""");
        Assert.Equal(2, (await page.NextPushAsync("peerData")).GetProperty("data").GetInt32());
    }

    [Fact]
    public async Task A_length_beyond_the_limit_is_refused_before_anything_is_allocated()
    {
        var page = await OpenAsync();
        var stream = await ConnectAsync(page);
        await stream.WriteAsync(new byte[] { 0xff, 0xff, 0xff, 0xff });
        await AssertResetAsync(stream);
    }

    [Fact]
    public async Task Unfinished_large_frames_are_bounded_together()
    {
        var page = await OpenAsync(new MessagingOptions { MaxFrameBytes = 100_000, MaxUnfinishedBytes = 250_000 });
        var header = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(header, 100_000);
        var streams = new List<Libp2pStream>();
        for (var i = 0; i < 3; i++)
        {
            streams.Add(await ConnectAsync(page));
            await streams[i].WriteAsync(header);
        }

        // Two fit; one of the three is reset.
        await Task.WhenAny(streams.Select(AssertResetAsync)).WaitAsync(TestPage.Patience);
        Assert.Single(streams, s => ((FakeStream)s).IsAborted);
    }

    [Fact]
    public async Task Strangers_push_out_each_other_and_neither_the_page_s_own_conversations_nor_its_room_for_new_ones()
    {
        var page = await OpenAsync(new MessagingOptions { MaxChannels = 2, MaxInboundChannels = 2, RetryDelays = [] });
        var first = await ConnectAsync(page);
        await WriteAsync(first, """{"type":"data","id":"1","data":"MQ=="}""");
        await page.NextPushAsync("peerData");
        await page.RequestAsync("send", $$"""{"peer":"{{_peer.Id}}","protocol":"{{Protocol}}","data":"x"}""");

        var strangers = new List<Libp2pStream>();
        for (var i = 0; i < 3; i++)
        {
            var key = PrivateKey.Generate();
            var stranger = new FakeHost(_network, key);
            _strangers.Add((stranger, key));
            strangers.Add(await stranger.OpenStreamAsync(PeerId.Parse(page.PeerId), [Protocol]));
            await WriteAsync(strangers[i], """{"type":"data","id":"1","data":"Mg=="}""");
            await page.NextPushAsync("peerData");
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        // The first of three is gone: after its acknowledgement its stream ends.
        await ReadAsync(strangers[0]);
        Assert.Equal(0, await strangers[0].ReadAsync(new byte[1]).AsTask().WaitAsync(TestPage.Patience));
        foreach (var stream in strangers.Skip(1).Prepend(first))
        {
            await WriteAsync(stream, """{"type":"data","id":"2","data":"Mw=="}""");
            Assert.Equal(3, (await page.NextPushAsync("peerData")).GetProperty("data").GetInt32());
        }

        // One place is left for the page; an answer to a stranger takes it.
        await page.RequestAsync("send", $$"""{"peer":"{{_strangers[1].Host.Id}}","protocol":"{{Protocol}}","data":"x"}""");
        var (code, _) = await page.RequestErrorAsync("send", $$"""{"peer":"{{_strangers[2].Host.Id}}","protocol":"{{Protocol}}","data":"x"}""");
        Assert.Equal(429, code);
    }

    [Fact]
    public async Task A_peer_that_sends_and_never_reads_its_acknowledgements_is_cut_off()
    {
        var page = await OpenAsync();
        var stream = await ConnectAsync(page);
        var frames = Enumerable.Range(0, 1000).SelectMany(i => Frame($$"""{"type":"data","id":"{{i:d100}}","data":"MQ=="}""")).ToArray();
        async Task FloodAsync()
        {
            while (true) await stream.WriteAsync(frames);
        }

        await Assert.ThrowsAsync<Causeway.Libp2p.Libp2pException>(FloodAsync).WaitAsync(TestPage.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        await _peer.DisposeAsync();
        foreach (var (host, key) in _strangers)
        {
            await host.DisposeAsync();
            key.Dispose();
        }

        _identity.Dispose();
    }

    private async Task<TestPage> OpenAsync(MessagingOptions? options = null)
    {
        _gateway = await TestGateway.StartAsync(new FakePeerFactory(_network), new GatewayOptions { Messaging = options ?? new() }, time: _time);
        var page = await _gateway.OpenAsync();
        await page.RequestAsync("start", $$"""{"protocol":"{{Protocol}}"}""");
        return page;
    }

    private async Task<Libp2pStream> ConnectAsync(TestPage page) => await _peer.OpenStreamAsync(PeerId.Parse(page.PeerId), [Protocol]);

    // In steps: what is to happen may not be waited for yet.
    private async Task PassTimeUntilAsync(Func<bool> condition) => await TestPage.UntilAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(condition());
        },
        holds => holds);

    private static async Task AssertResetAsync(MuxedStream stream)
        => await Assert.ThrowsAnyAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1]).AsTask().WaitAsync(TestPage.Patience));
}
