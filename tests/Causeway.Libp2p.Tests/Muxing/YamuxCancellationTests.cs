using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

public sealed class YamuxCancellationTests
{
    [Fact]
    public async Task A_cancelled_read_loses_nothing_and_the_stream_goes_on()
    {
        await using var pair = new YamuxPair();
        var (ours, theirs) = await pair.OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            using var cancel = new CancellationTokenSource();
            var read = ours.ReadAsync(new byte[1], cancel.Token).AsTask();
            await cancel.CancelAsync();
            Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read)).CancellationToken);
        }

        await theirs.WriteAsync(new byte[] { 9 });
        var buffer = new byte[1];
        Assert.Equal(1, await ours.ReadAsync(buffer));
        Assert.Equal(9, buffer[0]);
    }

    [Fact]
    public async Task A_write_cancelled_before_any_of_it_was_sent_leaves_the_stream_usable()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var stream = await FillWindowAsync(peer);
        using var cancel = new CancellationTokenSource();
        var write = stream.WriteAsync(new byte[100], completeWrites: true, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Ack, 1, 1000);
        await stream.WriteAsync(new byte[50]);
        Assert.Equal(new FrameHeader(FrameType.Data, FrameFlags.None, 1, 50), await peer.ReceiveHeaderAsync());
    }

    [Fact]
    public async Task A_write_cancelled_when_a_part_of_it_was_sent_resets_the_stream()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var stream = await FillWindowAsync(peer);
        using var cancel = new CancellationTokenSource();
        var write = stream.WriteAsync(new byte[200_000], cancel.Token).AsTask();
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Ack, 1, 1000);
        Assert.Equal(1000u, (await peer.ReceiveHeaderAsync()).Length);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Equal(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, 1, 0), await peer.ReceiveHeaderAsync());
        var failure = await Assert.ThrowsAsync<Libp2pException>(() => stream.WriteAsync(new byte[1]).AsTask());
        Assert.Equal(Libp2pError.StreamReset, failure.Error);
    }

    [Fact]
    public async Task Cancelling_while_data_arrives_loses_nothing()
    {
        await using var pair = new YamuxPair();
        var (ours, theirs) = await pair.OpenAsync();
        const int Count = 20_000;
        var send = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++) await theirs.WriteAsync(BitConverter.GetBytes(i));
            theirs.CompleteWrites();
        });

        var received = new MemoryStream();
        var buffer = new byte[64];
        while (true)
        {
            using var cancel = new CancellationTokenSource();
            var read = ours.ReadAsync(buffer, cancel.Token);
            var cancelling = Task.Run(cancel.Cancel);
            try
            {
                var n = await read;
                if (n == 0) break;
                received.Write(buffer, 0, n);
            }
            catch (OperationCanceledException)
            {
                // The next read goes on where this one began.
            }

            await cancelling;
        }

        await send;
        Assert.Equal(Count * 4, received.Length);
        for (var i = 0; i < Count; i++) Assert.Equal(i, BitConverter.ToInt32(received.GetBuffer(), i * 4));
    }

    [Fact]
    public async Task A_second_read_or_write_at_the_same_time_is_refused()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var stream = await FillWindowAsync(peer);
        _ = stream.ReadAsync(new byte[1]).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.ReadAsync(new byte[1]).AsTask());
        _ = stream.WriteAsync(new byte[1]).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task Openers_beyond_the_ack_backlog_wait_for_an_acknowledgement_and_can_give_up()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator, new YamuxOptions { AckBacklog = 2 });
        var first = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        await first.FlushAsync();
        await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var givenUp = peer.Muxer.OpenStreamAsync(cancel.Token).AsTask();
        var third = peer.Muxer.OpenStreamAsync(CancellationToken.None).AsTask();
        var fourth = peer.Muxer.OpenStreamAsync(CancellationToken.None).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        Assert.False(third.IsCompleted);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Ack, 1, 0);
        Assert.Equal(5, (await third).Id);
        Assert.False(fourth.IsCompleted);
        (await third).Abort();
        await fourth;
    }

    [Fact]
    public async Task Our_own_limit_of_streams_is_an_error_that_says_so()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator, new YamuxOptions { MaxOutboundStreams = 1 });
        await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        var failure = await Assert.ThrowsAsync<Libp2pException>(async () => await peer.Muxer.OpenStreamAsync(CancellationToken.None));
        Assert.Equal(Libp2pError.ResourceLimit, failure.Error);
    }

    private static async Task<Causeway.Libp2p.Muxing.MuxedStream> FillWindowAsync(RawPeer peer)
    {
        var stream = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        var fill = stream.WriteAsync(new byte[YamuxOptions.InitialWindow]).AsTask();
        for (var total = 0; total < YamuxOptions.InitialWindow;) total += (int)(await peer.ReceiveHeaderAsync()).Length;
        await fill;
        return stream;
    }
}
