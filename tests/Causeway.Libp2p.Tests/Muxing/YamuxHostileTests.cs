using System.Buffers.Binary;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

/// <summary>What breaks the protocol, or only serves to exhaust us, costs the connection, and nothing more.</summary>
public sealed class YamuxHostileTests
{
    public static TheoryData<string, byte[]> Violations() => new()
    {
        { "an unknown version", Frame(0, 0, 0, 0, 0, version: 1) },
        { "an unknown type", Frame(4, 0, 0, 0, 0) },
        { "an unknown flag", Frame(0, 16, 1, 0, 0) },
        { "data for stream 0", Frame(0, 1, 0, 0, 0) },
        { "a window update for stream 0", Frame(1, 0, 0, 5, 0) },
        { "a ping that names a stream", Frame(2, 1, 1, 5, 0) },
        { "a ping without flags", Frame(2, 0, 0, 5, 0) },
        { "a ping with both flags", Frame(2, 3, 0, 5, 0) },
        { "an answer that nobody asked for", Frame(2, 2, 0, 5, 0) },
        { "a go-away that names a stream", Frame(3, 0, 1, 0, 0) },
        { "a stream of ours opened by the other end", Frame(0, 1, 2, 0, 0) },
        { "data for a stream that never was", Frame(0, 0, 1, 1, 1) },
        { "a window update for a stream that never was", Frame(1, 0, 5, 1, 0) },
        { "data for a stream of ours that never was", Frame(0, 0, 2, 1, 1) },
        { "a reset with data for a stream that never was", Frame(0, 8, 7, 1, 1) },
        { "a stream opened twice", [.. Frame(1, 1, 1, 0, 0), .. Frame(1, 1, 1, 0, 0)] },
        { "a closed stream opened again", [.. Frame(1, 1, 1, 0, 0), .. Frame(1, 8, 1, 0, 0), .. Frame(1, 1, 1, 0, 0)] },
        { "data beyond the window", Frame(0, 1, 1, 262145, 0) },
        { "data beyond the rest of the window", [.. Frame(0, 1, 1, 262144, 262144), .. Frame(0, 0, 1, 1, 0)] },
        { "data of four gigabytes", Frame(0, 1, 1, uint.MaxValue, 0) },
        { "data of four gigabytes for a closed stream", [.. Frame(1, 9, 1, 0, 0), .. Frame(0, 0, 1, uint.MaxValue, 0)] },
        { "a reset with data beyond the window", [.. Frame(1, 1, 1, 0, 0), .. Frame(0, 8, 1, 262145, 0)] },
        { "a window that overflows", [.. Frame(1, 1, 1, 0, 0), .. Frame(1, 0, 1, uint.MaxValue - 262144, 0), .. Frame(1, 0, 1, 1, 0)] },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_ends_the_connection_with_a_go_away(string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        await using var peer = new RawPeer(ConnectionRole.Responder);
        await peer.SendAsync(bytes);
        Assert.Equal(GoAwayCode.ProtocolError, await peer.ReceiveEndAsync());
        var reason = Assert.IsType<Libp2pException>(await peer.Muxer.Closed);
        Assert.Equal(Libp2pError.ProtocolViolation, reason.Error);
        Assert.Equal(0, peer.Memory.Reserved);
        Assert.InRange(peer.Memory.Peak, 0, 262144);
        Assert.Equal(0, peer.Muxer.StreamCount);
        var failure = await Assert.ThrowsAsync<Libp2pException>(async () => await peer.Muxer.OpenStreamAsync(CancellationToken.None));
        Assert.Equal(Libp2pError.ConnectionClosed, failure.Error);
    }

    [Fact]
    public async Task The_end_of_a_stream_that_was_never_opened_is_ignored_as_rust_yamux_sends_it()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        await peer.SendAsync([.. Frame(0, 8, 1, 0, 0), .. Frame(0, 4, 3, 0, 0), .. Frame(1, 8, 5, 0, 0)]);
        _ = await peer.OpenAsync(7);
        _ = await peer.OpenAsync(1);
        Assert.Equal(2, peer.Muxer.StreamCount);
    }

    [Fact]
    public async Task Ends_of_streams_that_were_never_opened_are_limited()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder, new YamuxOptions { ResetBurst = 10, ResetsPerSecond = 1 });
        for (uint id = 1; id < 23; id += 2) await peer.SendAsync(FrameType.Data, FrameFlags.Rst, id, 0);
        Assert.NotNull(await peer.ReceiveEndAsync());
    }

    [Fact]
    public async Task A_stream_of_ours_that_the_other_end_cannot_know_yet_takes_no_frames()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        await peer.SendDataAsync(1, FrameFlags.None, [1]);
        Assert.Equal(GoAwayCode.ProtocolError, await peer.ReceiveEndAsync());
    }

    [Fact]
    public async Task Frames_cut_into_single_bytes_are_understood()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        foreach (var b in Frame(0, 1, 1, 300, 300)) await peer.SendAsync([b]);
        var stream = await peer.Muxer.AcceptStreamAsync(CancellationToken.None);
        await stream!.ReadExactlyAsync(new byte[300]);
    }

    [Fact]
    public async Task Late_frames_of_a_closed_stream_are_tolerated()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        stream.Abort(3);
        Assert.Equal(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, 1, 3), await peer.ReceiveHeaderAsync());
        await peer.SendDataAsync(1, FrameFlags.None, new byte[1000]);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.None, 1, 1000);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Fin, 1, 0);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Rst, 1, 0);
        Assert.Empty(await peer.SettleAsync());
        Assert.False(peer.Muxer.Closed.IsCompleted);
    }

    [Fact]
    public async Task Streams_may_be_opened_out_of_order()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        foreach (var id in new uint[] { 5, 1, 9, 3, 7, 101, 11 }) await peer.OpenAsync(id);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.None, 99, 0);
        Assert.Equal(GoAwayCode.ProtocolError, await peer.ReceiveEndAsync());
    }

    [Fact]
    public async Task Data_after_the_end_resets_only_the_stream()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        await peer.SendDataAsync(1, FrameFlags.Fin, [1]);
        await peer.SendDataAsync(1, FrameFlags.None, [2]);
        Assert.Equal(FrameFlags.Rst, (await peer.ReceiveHeaderAsync()).Flags);
        Assert.Equal(1, await stream.ReadAsync(new byte[10]));
        Assert.Equal(0, await stream.ReadAsync(new byte[10]));
        await Assert.ThrowsAsync<Libp2pException>(() => stream.WriteAsync(new byte[1]).AsTask());
        await peer.SettleAsync();
    }

    [Fact]
    public async Task Streams_beyond_the_limit_are_reset_and_the_others_live()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder, new YamuxOptions { MaxInboundStreams = 3 });
        var first = await peer.OpenAsync(1);
        await peer.OpenAsync(3);
        await peer.OpenAsync(5);
        await peer.SendDataAsync(7, FrameFlags.Syn, new byte[1000]);
        Assert.Equal(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, 7, 0), await peer.ReceiveHeaderAsync());
        Assert.Equal(3, peer.Muxer.StreamCount);
        first.Abort();
        await peer.ReceiveHeaderAsync();
        await peer.OpenAsync(9);
    }

    [Fact]
    public async Task Streams_that_nobody_accepts_are_bounded()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder, new YamuxOptions { AcceptBacklog = 2 });
        foreach (var id in new uint[] { 1, 3, 5 }) await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, id, 0);
        Assert.Equal(5u, (await peer.ReceiveHeaderAsync()).StreamId);
        Assert.Equal(1, (await peer.Muxer.AcceptStreamAsync(CancellationToken.None))!.Id);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 7, 0);
        Assert.Empty(await peer.SettleAsync());
        Assert.Equal(3, peer.Muxer.StreamCount);
    }

    [Fact]
    public async Task Opening_and_resetting_streams_without_end_is_cut()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder, new YamuxOptions { ResetBurst = 100, ResetsPerSecond = 10 });
        uint id = 1;
        for (var i = 0; i < 100; i++, id += 2) await RapidResetAsync(peer, id);
        await peer.SettleAsync();
        peer.Time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 10; i++, id += 2) await RapidResetAsync(peer, id);
        await peer.SettleAsync();
        await RapidResetAsync(peer, id);
        Assert.Equal(GoAwayCode.ProtocolError, await peer.ReceiveEndAsync());
        Assert.Equal(Libp2pError.ResourceLimit, Assert.IsType<Libp2pException>(await peer.Muxer.Closed).Error);
        Assert.Equal(0, peer.Memory.Reserved);
    }

    [Fact]
    public async Task A_flood_of_streams_is_cut_although_none_of_the_resets_is_read()
    {
        // The pipe takes 256 KiB of resets, the queue 2048; the token bucket is out of the way.
        await using var peer = new RawPeer(ConnectionRole.Responder, new YamuxOptions { ResetBurst = int.MaxValue, MaxInboundStreams = 1 });
        var batch = new byte[FrameHeader.Size * 1000];
        for (uint id = 1; !peer.Muxer.Closed.IsCompleted && id < 200_000; id += 2000)
        {
            for (uint i = 0; i < 1000; i++) new FrameHeader(FrameType.WindowUpdate, FrameFlags.Syn, id + (2 * i), 0).Write(batch.AsSpan((int)i * FrameHeader.Size));
            await peer.SendAsync(batch);
        }

        Assert.Equal(Libp2pError.ResourceLimit, Assert.IsType<Libp2pException>(await peer.Muxer.Closed).Error);
    }

    [Fact]
    public async Task A_flood_of_pings_is_cut()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder, new YamuxOptions { PingBurst = 10, PingsPerSecond = 2 });
        for (uint i = 0; i < 10; i++) await PingAsync(peer, i);
        peer.Time.Advance(TimeSpan.FromSeconds(0.5));
        await PingAsync(peer, 99);
        await peer.SendAsync(FrameType.Ping, FrameFlags.Syn, 0, 100);
        Assert.Equal(GoAwayCode.ProtocolError, await peer.ReceiveEndAsync());
        Assert.Equal(Libp2pError.ResourceLimit, Assert.IsType<Libp2pException>(await peer.Muxer.Closed).Error);
    }

    [Fact]
    public async Task A_stream_whose_data_finds_no_memory_is_reset_and_the_others_live()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder, memory: 100_000);
        var greedy = await peer.OpenAsync(1);
        var other = await peer.OpenAsync(3);
        await peer.SendDataAsync(1, FrameFlags.None, new byte[200_000]);
        Assert.Equal(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, 1, 0), await peer.ReceiveHeaderAsync());
        var failure = await Assert.ThrowsAsync<Libp2pException>(() => greedy.ReadAsync(new byte[1]).AsTask());
        Assert.Equal(Libp2pError.ResourceLimit, failure.Error);
        await peer.SettleAsync();
        Assert.Equal(0, peer.Memory.Reserved);
        await peer.SendDataAsync(3, FrameFlags.None, new byte[50_000]);
        await other.ReadExactlyAsync(new byte[50_000]);
    }

    [Fact]
    public async Task A_connection_holds_no_more_than_its_limit()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder, new YamuxOptions { MaxReceiveMemory = 512 * 1024 });
        for (uint id = 1; id < 20; id += 2)
        {
            await peer.OpenAsync(id);
            await peer.SendDataAsync(id, FrameFlags.None, new byte[200_000]);
        }

        Assert.NotEmpty(await peer.SettleAsync());
        Assert.InRange(peer.Memory.Peak, 400_000, 512 * 1024);
    }

    [Fact]
    public async Task One_byte_frames_cost_what_they_carry()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        await peer.OpenAsync(1);
        for (var i = 0; i < 4000; i++) await peer.SendDataAsync(1, FrameFlags.None, [1]);
        await peer.SettleAsync();
        Assert.Equal(4096, peer.Memory.Reserved);
    }

    private static async Task RapidResetAsync(RawPeer peer, uint id)
    {
        await peer.OpenAsync(id);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Rst, id, 0);
    }

    private static async Task PingAsync(RawPeer peer, uint value)
    {
        await peer.SendAsync(FrameType.Ping, FrameFlags.Syn, 0, value);
        Assert.Equal(value, (await peer.ReceiveHeaderAsync()).Length);
    }

    private static byte[] Frame(byte type, ushort flags, uint stream, uint length, int payload, byte version = 0)
    {
        var bytes = new byte[FrameHeader.Size + payload];
        bytes[0] = version;
        bytes[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), flags);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), stream);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), length);
        return bytes;
    }
}
