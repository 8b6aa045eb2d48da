using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

/// <summary>What goes over the wire, frame by frame.</summary>
public sealed class YamuxWireTests
{
    [Fact]
    public async Task Opening_a_stream_sends_nothing_and_the_first_write_carries_the_syn()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var stream = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        Assert.Empty(await peer.SettleAsync());
        await stream.WriteAsync("first"u8.ToArray());
        await stream.WriteAsync("second"u8.ToArray());
        var first = await peer.ReceiveAsync();
        Assert.Equal(new FrameHeader(FrameType.Data, FrameFlags.Syn, 1, 5), first!.Value.Header);
        Assert.Equal("first"u8.ToArray(), first.Value.Payload);
        Assert.Equal(new FrameHeader(FrameType.Data, FrameFlags.None, 1, 6), await peer.ReceiveHeaderAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flush_or_a_first_read_sends_the_syn(bool flush)
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        if (flush) await stream.FlushAsync();
        var read = stream.ReadAsync(new byte[1]);
        Assert.Equal(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Syn, 2, 0), await peer.ReceiveHeaderAsync());
        Assert.Empty(await peer.SettleAsync());
        await peer.SendDataAsync(2, FrameFlags.Ack, [7]);
        Assert.Equal(1, await read);
    }

    [Fact]
    public async Task The_ack_rides_on_the_answer()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        await peer.SendDataAsync(1, FrameFlags.Syn, "question"u8.ToArray());
        var stream = await peer.Muxer.AcceptStreamAsync(CancellationToken.None);
        var buffer = new byte[8];
        await stream!.ReadExactlyAsync(buffer);
        Assert.Empty(await peer.SettleAsync());
        await stream.WriteAsync("answer"u8.ToArray());
        Assert.Equal(new FrameHeader(FrameType.Data, FrameFlags.Ack, 1, 6), await peer.ReceiveHeaderAsync());
    }

    [Fact]
    public async Task The_ack_goes_alone_when_the_application_waits_for_more()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        var read = stream.ReadAsync(new byte[1]);
        Assert.Equal(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Ack, 1, 0), await peer.ReceiveHeaderAsync());
        await peer.SendDataAsync(1, FrameFlags.None, [1]);
        Assert.Equal(1, await read);
    }

    [Fact]
    public async Task A_write_of_at_most_one_frame_becomes_exactly_one_frame_even_when_the_window_is_short()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var size = new YamuxOptions().MaxFramePayload;
        var stream = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        for (var i = 0; i < 4; i++)
        {
            await stream.WriteAsync(new byte[size]);
            Assert.Equal((uint)size, (await peer.ReceiveHeaderAsync()).Length);
        }

        var last = stream.WriteAsync(new byte[size]).AsTask();
        Assert.Empty(await peer.SettleAsync());
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Ack, 1, (uint)size);
        Assert.Equal((uint)size, (await peer.ReceiveHeaderAsync()).Length);
        await last;
    }

    [Fact]
    public async Task A_long_write_is_cut_into_frames_and_uses_the_window_to_the_end()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var stream = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        var write = stream.WriteAsync(new byte[YamuxOptions.InitialWindow + 100]).AsTask();
        var total = 0;
        while (total < YamuxOptions.InitialWindow) total += (int)(await peer.ReceiveHeaderAsync()).Length;
        Assert.Equal(YamuxOptions.InitialWindow, total);
        Assert.Empty(await peer.SettleAsync());
        Assert.False(write.IsCompleted);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.None, 1, 1000);
        Assert.Equal(100u, (await peer.ReceiveHeaderAsync()).Length);
        await write;
    }

    [Fact]
    public async Task The_end_of_writes_is_a_frame_of_its_own_behind_the_data()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var stream = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        await stream.WriteAsync(new byte[3], completeWrites: true);
        Assert.Equal(new FrameHeader(FrameType.Data, FrameFlags.Syn, 1, 3), await peer.ReceiveHeaderAsync());
        Assert.Equal(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Fin, 1, 0), await peer.ReceiveHeaderAsync());
        Assert.True(stream.WritesClosed.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task The_window_opens_again_after_half_of_it_was_read()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        await peer.SendDataAsync(1, FrameFlags.None, new byte[131072]);
        var buffer = new byte[131071];
        await stream.ReadExactlyAsync(buffer);
        var before = await peer.SettleAsync();
        Assert.DoesNotContain(before, h => h.Type == FrameType.WindowUpdate && h.Length > 0);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 1));
        Assert.Equal(131072u, (await UntilUpdateAsync(peer))[^1].Length);
    }

    [Fact]
    public async Task The_window_grows_while_it_limits_the_stream_and_memory_allows()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder, memory: 800 * 1024);
        var stream = await peer.OpenAsync(1);
        var pings = new List<FrameHeader>();

        // The first update falls due without a round-trip time, and asks for one.
        Assert.Equal(131072u, await HalfAWindowAsync(262144));
        await AnswerPingAsync();
        Assert.Equal(TimeSpan.FromMilliseconds(100), peer.Muxer.RoundTripTime);

        // Half a window within one and a half round trips doubles it, and the round trip is measured again; until then it stays.
        Assert.Equal(131072u + 262144, await HalfAWindowAsync(262144));
        Assert.Equal(262144u, await HalfAWindowAsync(524288));
        await AnswerPingAsync();
        Assert.Equal(262144u + 524288, await HalfAWindowAsync(524288));
        Assert.Equal(786432, peer.Memory.Reserved);
        await AnswerPingAsync();

        // 2 MiB would promise more than the scope has.
        Assert.Equal(524288u, await HalfAWindowAsync(1048576));
        Assert.Equal(524288u, await HalfAWindowAsync(1048576));
        stream.Abort();
        await peer.SettleAsync();
        Assert.Equal(0, peer.Memory.Reserved);

        async Task<uint> HalfAWindowAsync(int window)
        {
            // Piece by piece, so that little lies unread.
            var piece = new byte[16384];
            for (var sent = 0; sent < window / 2; sent += piece.Length)
            {
                await peer.SendDataAsync(1, FrameFlags.None, piece);
                await stream.ReadExactlyAsync(piece);
            }

            var frames = await peer.SettleAsync();
            pings.AddRange(frames.Where(f => f.Type == FrameType.Ping));
            return Assert.Single(frames, f => f.Type == FrameType.WindowUpdate && f.Length > 0).Length;
        }

        async Task AnswerPingAsync()
        {
            var ping = Assert.Single(pings);
            pings.Clear();
            peer.Time.Advance(TimeSpan.FromMilliseconds(100));
            await peer.SendAsync(FrameType.Ping, FrameFlags.Ack, 0, ping.Length);
            Assert.Empty(await peer.SettleAsync());
        }
    }

    [Fact]
    public async Task The_window_does_not_grow_when_the_reader_is_slower_than_the_connection()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var ping = peer.Muxer.PingAsync(CancellationToken.None);
        peer.Time.Advance(TimeSpan.FromMilliseconds(10));
        await peer.SendAsync(FrameType.Ping, FrameFlags.Ack, 0, (await peer.ReceiveHeaderAsync()).Length);
        Assert.Equal(TimeSpan.FromMilliseconds(10), await ping);
        var stream = await peer.OpenAsync(1);
        await peer.SendDataAsync(1, FrameFlags.None, new byte[131072]);
        peer.Time.Advance(TimeSpan.FromMilliseconds(40));
        await stream.ReadExactlyAsync(new byte[131072]);
        Assert.Equal(131072u, (await UntilUpdateAsync(peer))[^1].Length);
    }

    [Fact]
    public async Task Pings_are_answered_and_measured()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        await peer.SendAsync(FrameType.Ping, FrameFlags.Syn, 0, 77);
        Assert.Equal(new FrameHeader(FrameType.Ping, FrameFlags.Ack, 0, 77), await peer.ReceiveHeaderAsync());
        Assert.Null(peer.Muxer.RoundTripTime);
        foreach (var (milliseconds, smoothed) in new[] { (100, 100), (200, 150), (50, 100) })
        {
            var one = peer.Muxer.PingAsync(CancellationToken.None);
            var other = peer.Muxer.PingAsync(CancellationToken.None);
            var ping = await peer.ReceiveHeaderAsync();
            Assert.Equal(FrameFlags.Syn, ping.Flags);
            peer.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            await peer.SendAsync(FrameType.Ping, FrameFlags.Ack, 0, ping.Length);
            Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), await one);
            Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), await other);
            Assert.Equal(TimeSpan.FromMilliseconds(smoothed), peer.Muxer.RoundTripTime);
        }
    }

    private static async Task<List<FrameHeader>> UntilUpdateAsync(RawPeer peer)
    {
        var frames = new List<FrameHeader>();
        while (frames.Count == 0 || frames[^1].Type != FrameType.WindowUpdate || frames[^1].Length == 0) frames.Add(await peer.ReceiveHeaderAsync());
        return frames;
    }
}
