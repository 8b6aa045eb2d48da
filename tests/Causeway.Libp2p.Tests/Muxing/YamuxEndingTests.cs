using System.IO.Pipelines;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

/// <summary>How streams and connections end.</summary>
public sealed class YamuxEndingTests
{
    [Fact]
    public async Task A_graceful_close_sends_what_is_written_then_a_go_away_then_the_end()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var stream = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        var write = stream.WriteAsync(new byte[YamuxOptions.InitialWindow + 10]).AsTask();
        var total = 0;
        while (total < YamuxOptions.InitialWindow) total += (int)(await peer.ReceiveHeaderAsync()).Length;
        var close = peer.Muxer.CloseAsync(CancellationToken.None).AsTask();
        Assert.Empty(await peer.SettleAsync());
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Ack, 1, 10);
        Assert.Equal(10u, (await peer.ReceiveHeaderAsync()).Length);
        await write;
        Assert.Equal(GoAwayCode.Normal, await peer.ReceiveEndAsync());
        Assert.False(close.IsCompleted);
        peer.CloseOutput();
        await close;
        Assert.Null(await peer.Muxer.Closed);
        var failure = await Assert.ThrowsAsync<Libp2pException>(() => stream.ReadAsync(new byte[1]).AsTask());
        Assert.Equal(Libp2pError.ConnectionClosed, failure.Error);
        Assert.Null(await peer.Muxer.AcceptStreamAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_graceful_close_does_not_wait_for_ever()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var stream = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        var write = stream.WriteAsync(new byte[YamuxOptions.InitialWindow + 10]).AsTask();
        var total = 0;
        while (total < YamuxOptions.InitialWindow) total += (int)(await peer.ReceiveHeaderAsync()).Length;
        var close = peer.Muxer.CloseAsync(CancellationToken.None).AsTask();
        peer.Time.Advance(TimeSpan.FromSeconds(5));
        await close;
        await Assert.ThrowsAsync<Libp2pException>(() => write);
        Assert.Null(await peer.Muxer.Closed);
    }

    [Fact]
    public async Task While_it_closes_new_streams_are_refused_both_ways()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        peer.Muxer.GoAway();
        Assert.Equal(new FrameHeader(FrameType.GoAway, FrameFlags.None, 0, 0), await peer.ReceiveHeaderAsync());
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Syn, 3, 0);
        Assert.Equal(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, 3, 0), await peer.ReceiveHeaderAsync());
        await Assert.ThrowsAsync<Libp2pException>(async () => await peer.Muxer.OpenStreamAsync(CancellationToken.None));

        // The existing one goes on, and its end is the end of the connection.
        await stream.WriteAsync(new byte[5], completeWrites: true);
        Assert.Equal(5u, (await peer.ReceiveHeaderAsync()).Length);
        await peer.SendDataAsync(1, FrameFlags.None, [1]);
        Assert.Equal(1, await stream.ReadAsync(new byte[10]));
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Fin, 1, 0);
        Assert.Null(await peer.ReceiveEndAsync());
        Assert.Null(await peer.Muxer.Closed);
        Assert.Equal(0, await stream.ReadAsync(new byte[10]));
    }

    [Fact]
    public async Task After_a_go_away_of_the_other_end_existing_streams_finish()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        await peer.SendAsync(FrameType.GoAway, FrameFlags.None, 0, 0);
        await peer.SendDataAsync(1, FrameFlags.Fin, [1]);
        Assert.Equal(1, await stream.ReadAsync(new byte[10]));
        var failure = await Assert.ThrowsAsync<Libp2pException>(async () => await peer.Muxer.OpenStreamAsync(CancellationToken.None));
        Assert.Equal(Libp2pError.ConnectionClosed, failure.Error);
        await stream.WriteAsync(new byte[5], completeWrites: true);
        Assert.Equal(GoAwayCode.Normal, await peer.ReceiveEndAsync());
        Assert.Null(await peer.Muxer.Closed);
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(99u)]
    public async Task A_go_away_with_an_error_ends_the_connection(uint code)
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        await peer.SendAsync(FrameType.GoAway, FrameFlags.None, 0, code);
        Assert.Equal(Libp2pError.ConnectionClosed, Assert.IsType<Libp2pException>(await peer.Muxer.Closed).Error);
        await Assert.ThrowsAsync<Libp2pException>(() => stream.ReadAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task The_end_of_the_pipe_is_graceful_only_without_streams_and_between_frames()
    {
        await using (var idle = new RawPeer(ConnectionRole.Responder))
        {
            idle.CloseOutput();
            Assert.Null(await idle.Muxer.Closed);
        }

        await using (var busy = new RawPeer(ConnectionRole.Responder))
        {
            var stream = await busy.OpenAsync(1);
            busy.CloseOutput();
            Assert.NotNull(await busy.Muxer.Closed);
            await Assert.ThrowsAsync<Libp2pException>(() => stream.ReadAsync(new byte[1]).AsTask());
        }

        await using (var header = new RawPeer(ConnectionRole.Responder))
        {
            await header.SendAsync([0, 0, 0]);
            header.CloseOutput();
            Assert.Contains("middle of a frame", (await header.Muxer.Closed)!.Message);
        }

        await using var payload = new RawPeer(ConnectionRole.Responder);
        await payload.SendAsync(FrameType.Data, FrameFlags.Syn, 1, 10);
        payload.CloseOutput();
        Assert.Contains("middle of a frame", (await payload.Muxer.Closed)!.Message);
    }

    [Fact]
    public async Task Data_whose_end_has_arrived_is_readable_after_a_reset_and_after_the_connection()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var reset = await peer.OpenAsync(1);
        var cut = await peer.OpenAsync(3);
        await peer.SendDataAsync(1, FrameFlags.Fin, new byte[100]);
        await peer.SendDataAsync(3, FrameFlags.Fin, new byte[100]);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Rst, 1, 0);
        await peer.SettleAsync();
        peer.CloseOutput();
        await peer.Muxer.Closed;
        foreach (var stream in new[] { reset, cut })
        {
            await stream.ReadExactlyAsync(new byte[100]);
            Assert.Equal(0, await stream.ReadAsync(new byte[1]));
            await stream.ReadsClosed;
        }

        Assert.Equal(0, peer.Memory.Reserved);
    }

    [Fact]
    public async Task A_reset_drops_data_whose_end_has_not_arrived()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        await peer.SendDataAsync(1, FrameFlags.None, new byte[100]);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Rst, 1, 0);
        await peer.SettleAsync();
        var failure = await Assert.ThrowsAsync<Libp2pException>(() => stream.ReadAsync(new byte[1]).AsTask());
        Assert.Equal(Libp2pError.StreamReset, failure.Error);
        Assert.Equal(0, peer.Memory.Reserved);
    }

    [Fact]
    public async Task Disposing_completes_writes_and_drops_what_still_arrives()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        await peer.SendDataAsync(1, FrameFlags.None, new byte[1000]);
        await stream.WriteAsync(new byte[7]);
        await stream.DisposeAsync();
        Assert.Equal(7u, (await peer.ReceiveHeaderAsync()).Length);
        Assert.Equal(FrameFlags.Fin, (await peer.ReceiveHeaderAsync()).Flags);
        await peer.SendDataAsync(1, FrameFlags.None, new byte[1000]);
        await peer.SettleAsync();
        Assert.Equal(0, peer.Memory.Reserved);
        Assert.Equal(1, peer.Muxer.StreamCount);
        await peer.SendAsync(FrameType.WindowUpdate, FrameFlags.Fin, 1, 0);
        await peer.SettleAsync();
        Assert.Equal(0, peer.Muxer.StreamCount);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new byte[1]).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task A_sender_that_nobody_listens_to_any_more_is_reset_instead_of_left_waiting()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        await stream.DisposeAsync();
        Assert.Equal(FrameFlags.Fin | FrameFlags.Ack, (await peer.ReceiveHeaderAsync()).Flags);
        await peer.SendDataAsync(1, FrameFlags.None, new byte[131072]);
        Assert.Empty(await peer.SettleAsync());
        await peer.SendDataAsync(1, FrameFlags.None, [1]);
        Assert.Equal(FrameFlags.Rst, (await peer.ReceiveHeaderAsync()).Flags);
        Assert.Equal(0, peer.Muxer.StreamCount);
    }

    [Fact]
    public async Task A_disposed_stream_that_the_other_end_never_finishes_is_swept()
    {
        await using var peer = new RawPeer(ConnectionRole.Responder);
        var stream = await peer.OpenAsync(1);
        var write = stream.WriteAsync(new byte[YamuxOptions.InitialWindow + 1]).AsTask();
        for (var total = 0; total < YamuxOptions.InitialWindow;) total += (int)(await peer.ReceiveHeaderAsync()).Length;
        await stream.DisposeAsync();
        Assert.False(write.IsCompleted);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(1, peer.Muxer.StreamCount);
            peer.Time.Advance(TimeSpan.FromSeconds(15));
            if (i < 3) await peer.SettleAsync();
        }

        // Within the second keep-alive interval.
        Assert.Equal(0, peer.Muxer.StreamCount);
        Assert.Contains(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Rst, 1, 0), await peer.SettleAsync());
        await Assert.ThrowsAsync<Libp2pException>(() => write);
    }

    [Fact]
    public async Task A_stream_that_was_never_used_leaves_no_trace_on_the_wire()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        var unused = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        Assert.Equal(1, peer.Muxer.StreamCount);
        await unused.DisposeAsync();
        await unused.WritesClosed;
        await Assert.ThrowsAsync<Libp2pException>(() => unused.ReadsClosed);
        (await peer.Muxer.OpenStreamAsync(CancellationToken.None)).Abort();
        Assert.Empty(await peer.SettleAsync());
        Assert.Equal(0, peer.Muxer.StreamCount);
    }

    [Fact]
    public async Task A_silent_connection_is_pinged_and_then_closed()
    {
        await using var peer = new RawPeer(ConnectionRole.Initiator);
        peer.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(FrameType.Ping, (await peer.ReceiveHeaderAsync()).Type);
        peer.Time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.False(peer.Muxer.Closed.IsCompleted);
        peer.Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(Libp2pError.TimedOut, Assert.IsType<Libp2pException>(await peer.Muxer.Closed).Error);
    }

    [Fact]
    public async Task An_abort_fails_everything_that_waits()
    {
        var peer = new RawPeer(ConnectionRole.Initiator, new YamuxOptions { AckBacklog = 1 });
        var stream = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        var read = stream.ReadAsync(new byte[1]).AsTask();
        var write = stream.WriteAsync(new byte[1 << 20]).AsTask();
        var ping = peer.Muxer.PingAsync(CancellationToken.None).AsTask();
        var open = peer.Muxer.OpenStreamAsync(CancellationToken.None).AsTask();
        var accept = peer.Muxer.AcceptStreamAsync(CancellationToken.None).AsTask();
        var reason = new InvalidOperationException("Enough.");
        peer.Muxer.Abort(reason);
        foreach (var task in new Task[] { read, write, ping, open })
        {
            var failure = await Assert.ThrowsAsync<Libp2pException>(() => task);
            Assert.Equal(Libp2pError.ConnectionClosed, failure.Error);
        }

        Assert.Null(await accept);
        Assert.Same(reason, await peer.Muxer.Closed);
        await peer.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_pipe_that_fails_while_bytes_are_copied_fails_their_write(int spansBefore)
    {
        var pipe = new Pipe();
        var output = new FailingWriter(pipe.Writer) { SpansLeft = int.MaxValue };
        await using var muxer = new YamuxProtocol(null, new ManualTimeProvider())
            .Start(new DuplexPipe(new Pipe().Reader, output), ConnectionRole.Initiator, new CountingScope());
        var stream = await muxer.OpenStreamAsync(CancellationToken.None);
        output.SpansLeft = spansBefore;
        var write = stream.WriteAsync(new byte[100_000], CancellationToken.None).AsTask();
        var failure = await Assert.ThrowsAsync<Libp2pException>(() => write.WaitAsync(Some.Patience));
        Assert.Equal(Libp2pError.ConnectionClosed, failure.Error);
        Assert.Equal(Libp2pError.ConnectionClosed, Assert.IsType<Libp2pException>(await muxer.Closed.WaitAsync(Some.Patience)).Error);
    }

    [Fact]
    public async Task Closing_waits_for_whoever_is_writing_into_the_pipe()
    {
        var output = new FailingWriter(new Pipe().Writer) { SpansLeft = int.MaxValue };
        var muxer = new YamuxProtocol(null, new ManualTimeProvider())
            .Start(new DuplexPipe(new Pipe().Reader, output), ConnectionRole.Initiator, new CountingScope());
        var stream = await muxer.OpenStreamAsync(CancellationToken.None);
        using var leave = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        output.Entering = () =>
        {
            entered.TrySetResult();
            leave.Wait(Some.Patience);
        };
        var write = Task.Run(async () => await stream.WriteAsync(new byte[100], CancellationToken.None));
        await entered.Task.WaitAsync(Some.Patience);
        muxer.Abort(new InvalidOperationException("Enough."));
        var close = muxer.CloseAsync(CancellationToken.None).AsTask();
        await muxer.Closed.WaitAsync(Some.Patience);
        Assert.False(close.IsCompleted);
        leave.Set();
        await close.WaitAsync(Some.Patience);
        await write.WaitAsync(Some.Patience);
    }

    /// <summary>Gives small pieces of memory, and after some of them none.</summary>
    private sealed class FailingWriter(PipeWriter inner) : PipeWriter
    {
        public int SpansLeft { get; set; }

        public Action? Entering { get; set; }

        public override Span<byte> GetSpan(int sizeHint = 0)
        {
            Entering?.Invoke();
            return SpansLeft-- > 0 ? inner.GetSpan(sizeHint)[..Math.Max(sizeHint, 100)] : throw new OutOfMemoryException("No memory for the pipe.");
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);
    }
}
