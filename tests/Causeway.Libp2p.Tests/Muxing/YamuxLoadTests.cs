using System.IO.Pipelines;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Muxing.Yamux;
using Causeway.Libp2p.Security;

namespace Causeway.Libp2p.Tests.Muxing;

public sealed class YamuxLoadTests
{
    [Fact]
    public async Task Two_hundred_streams_at_once_each_get_their_own_data()
    {
        await using var pair = new YamuxPair();
        var serving = ServeEchoAsync(pair.Listener);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            await using var stream = await pair.Dialer.OpenStreamAsync(CancellationToken.None);
            var send = YamuxStreamTests.SendAsync(stream, 100_000 + i, 1000 + i, i);
            var received = await YamuxStreamTests.ReceiveAsync(stream, 4096);
            Assert.Equal(await send, received);
        })));
        await pair.Dialer.CloseAsync(CancellationToken.None);
        await serving;
        Assert.Null(await pair.Listener.Closed);
        Assert.Equal(0, pair.DialerMemory.Reserved);
        Assert.Equal(0, pair.ListenerMemory.Reserved);
    }

    [Fact]
    public async Task Ten_thousand_streams_opened_and_closed_leave_nothing()
    {
        await using var pair = new YamuxPair();
        var serving = ServeEchoAsync(pair.Listener);
        var left = 10_000;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            var buffer = new byte[16];
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await using var stream = await pair.Dialer.OpenStreamAsync(CancellationToken.None);
                await stream.WriteAsync(buffer, completeWrites: true);
                await stream.ReadExactlyAsync(buffer);
                Assert.Equal(0, await stream.ReadAsync(buffer));
            }
        })));
        Assert.Equal(0, pair.Dialer.StreamCount);
        Assert.Equal(0, pair.DialerMemory.Reserved);
        await pair.Dialer.CloseAsync(CancellationToken.None);
        await serving;
        Assert.Equal(0, pair.Listener.StreamCount);
        Assert.Equal(0, pair.ListenerMemory.Reserved);
    }

    [Fact]
    public async Task A_bulk_stream_holds_up_a_small_one_by_a_bounded_amount()
    {
        var options = new YamuxOptions { FlushSize = 64 * 1024, MaxFramePayload = 16 * 1024 };
        await using var peer = new RawPeer(ConnectionRole.Initiator, options, new PipeOptions(pauseWriterThreshold: 32 * 1024, resumeWriterThreshold: 16 * 1024));
        var bulk = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        var other = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        var small = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        var writes = new[] { bulk.WriteAsync(new byte[200_000]).AsTask(), other.WriteAsync(new byte[200_000]).AsTask(), small.WriteAsync(new byte[10]).AsTask() };

        // The pipe does not take more, so the small write waits behind what is in the pipe, and then for one frame of each other stream.
        Assert.False(writes[2].IsCompleted);
        var before = 0;
        while (await peer.ReceiveHeaderAsync() is var header && header.StreamId != small.Id) before += (int)header.Length;
        Assert.InRange(before, 1, (64 + 16 + 16 + 16) * 1024);
        for (var total = before; total < 400_000;) total += (int)(await peer.ReceiveHeaderAsync()).Length;
        await Task.WhenAll(writes);
    }

    [Fact]
    public async Task A_ping_overtakes_data_that_waits()
    {
        var options = new YamuxOptions { FlushSize = 64 * 1024, MaxFramePayload = 16 * 1024 };
        await using var peer = new RawPeer(ConnectionRole.Initiator, options, new PipeOptions(pauseWriterThreshold: 32 * 1024, resumeWriterThreshold: 16 * 1024));
        var stream = await peer.Muxer.OpenStreamAsync(CancellationToken.None);
        var write = stream.WriteAsync(new byte[250_000]).AsTask();
        var ping = peer.Muxer.PingAsync(CancellationToken.None).AsTask();
        var before = 0;
        FrameHeader header;
        while ((header = await peer.ReceiveHeaderAsync()).Type != FrameType.Ping) before += (int)header.Length;
        Assert.InRange(before, 1, (64 + 16) * 1024);
        await peer.SendAsync(FrameType.Ping, FrameFlags.Ack, 0, header.Length);
        await ping;
        for (var total = before; total < 250_000;) total += (int)(await peer.ReceiveHeaderAsync()).Length;
        await write;
    }

    [Fact]
    public async Task Writes_of_many_streams_that_wait_for_the_pipe_go_out_in_one_flush()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 1));
        var writer = new CountingWriter(pipe.Writer);
        var muxer = new YamuxProtocol().Start(new DuplexPipe(new Pipe().Reader, writer), ConnectionRole.Initiator, new CountingScope());
        var blocker = await muxer.OpenStreamAsync(CancellationToken.None);
        await blocker.WriteAsync(new byte[2000]);
        var writes = new List<Task>();
        for (var i = 0; i < 50; i++) writes.Add((await muxer.OpenStreamAsync(CancellationToken.None)).WriteAsync(new byte[20]).AsTask());
        Assert.All(writes, w => Assert.False(w.IsCompleted));
        Assert.Equal(1, writer.Flushes);
        var read = await pipe.Reader.ReadAtLeastAsync(2012);
        pipe.Reader.AdvanceTo(read.Buffer.End);
        await Task.WhenAll(writes);
        Assert.Equal(2, writer.Flushes);
        muxer.Abort(new InvalidOperationException("The test is over."));
    }

    private static async Task ServeEchoAsync(IMuxer muxer)
    {
        var serving = new List<Task>();
        while (await muxer.AcceptStreamAsync(CancellationToken.None) is { } stream)
        {
            serving.Add(Task.Run(async () =>
            {
                await using (stream) await stream.CopyToAsync(stream);
            }));
        }

        await Task.WhenAll(serving);
    }

    private sealed class CountingWriter(PipeWriter inner) : PipeWriter
    {
        private int _flushes;

        public int Flushes => Volatile.Read(ref _flushes);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _flushes);
            return inner.FlushAsync(cancellationToken);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);
    }
}
