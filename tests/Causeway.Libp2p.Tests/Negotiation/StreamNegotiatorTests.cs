using System.Text;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Negotiation;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Support;

namespace Causeway.Libp2p.Tests.Negotiation;

public sealed class StreamNegotiatorTests
{
    private static readonly byte[] Proposal = [.. MultistreamMessage.HeaderFrame, .. "\x06/echo\n"u8];

    private readonly CancellationToken _patience = Some.Patience;

    [Fact]
    public async Task The_proposal_leaves_with_the_first_data_in_one_write()
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var stream = await OpenAsync(ours, "/echo");
        Assert.Empty(ours.Writes);
        await stream.WriteAsync("hello"u8.ToArray(), _patience);
        await stream.WriteAsync("again"u8.ToArray(), _patience);
        Assert.Equal([[.. Proposal, .. "hello"u8], "again"u8.ToArray()], ours.Writes);

        var served = await AcceptAsync(theirs, "/echo");
        Assert.Equal("/echo", served.Protocol);
        Assert.Equal([Proposal], theirs.Writes);
        Assert.Equal("helloagain", await ReadTextAsync(served, 10));
        await served.WriteAsync("answer"u8.ToArray(), _patience);
        Assert.Equal("answer", await ReadTextAsync(stream, 6));
    }

    [Fact]
    public async Task Reading_first_sends_the_proposal()
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var stream = await OpenAsync(ours, "/echo");
        var reading = ReadTextAsync(stream, 2);
        var served = await AcceptAsync(theirs, "/echo");
        await served.WriteAsync("hi"u8.ToArray(), _patience);
        Assert.Equal("hi", await reading);
        Assert.Equal([Proposal], ours.Writes);
    }

    [Fact]
    public async Task Flushing_or_completing_first_sends_the_proposal()
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var stream = await OpenAsync(ours, "/echo");
        await stream.FlushAsync(_patience);
        Assert.Equal([Proposal], ours.Writes);
        stream.CompleteWrites();
        var served = await AcceptAsync(theirs, "/echo");
        await ours.WritesClosed.WaitAsync(_patience);
        Assert.Equal(0, await served.ReadAsync(new byte[1], _patience));

        (ours, theirs) = PipeMuxedStream.CreatePair();
        stream = await OpenAsync(ours, "/echo");
        stream.CompleteWrites();
        Assert.Equal([Proposal], ours.Writes);
        served = await AcceptAsync(theirs, "/echo");
        await ours.WritesClosed.WaitAsync(_patience);
        Assert.Equal(0, await served.ReadAsync(new byte[1], _patience));
    }

    [Fact]
    public async Task The_half_close_of_an_optimistic_stream_waits_for_the_answer()
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var stream = await OpenAsync(ours, "/echo");
        await stream.WriteAsync("hello"u8.ToArray(), completeWrites: true, _patience);
        Assert.False(ours.WritesClosed.IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.WriteAsync("more"u8.ToArray(), _patience));

        var served = await AcceptAsync(theirs, "/echo");

        Assert.Equal("hello", await ReadTextAsync(served, 5));
        Assert.Equal(0, await served.ReadAsync(new byte[1], _patience));
        await ours.WritesClosed.WaitAsync(_patience);
    }

    [Fact]
    public async Task The_half_close_does_not_wait_for_an_answer_for_ever()
    {
        var (ours, _) = PipeMuxedStream.CreatePair();
        var opening = new OptimisticOpening(ours, "/echo");
        await opening.SendAsync("hello"u8.ToArray(), _patience);
        opening.CompleteWrites(TimeSpan.FromMilliseconds(10));
        await ours.WritesClosed.WaitAsync(_patience);
        Assert.False(ours.Aborted);
    }

    [Fact]
    public async Task What_was_written_before_disposing_arrives_and_ends_after_the_answer()
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        await using (var stream = await OpenAsync(ours, "/echo"))
        {
            await stream.WriteAsync("hello"u8.ToArray(), _patience);
        }

        Assert.False(ours.WritesClosed.IsCompleted);

        var served = await AcceptAsync(theirs, "/echo");

        Assert.Equal("hello", await ReadTextAsync(served, 5));
        Assert.Equal(0, await served.ReadAsync(new byte[1], _patience));
    }

    [Fact]
    public async Task A_stream_that_was_never_used_sends_nothing()
    {
        var (ours, _) = PipeMuxedStream.CreatePair();
        var stream = await OpenAsync(ours, "/echo");
        await stream.DisposeAsync();
        Assert.Empty(ours.Writes);
    }

    [Fact]
    public async Task Large_first_data_arrives_whole_and_completes_writes()
    {
        var data = new byte[100_000];
        new Random(1).NextBytes(data);
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var stream = await OpenAsync(ours, "/echo");
        await stream.WriteAsync(data, completeWrites: true, _patience);
        Assert.InRange(ours.Writes.Count, 1, 2);
        var served = await AcceptAsync(theirs, "/echo");
        var read = new MemoryStream();
        await served.CopyToAsync(read, _patience);
        Assert.Equal(data, read.ToArray());
    }

    [Fact]
    public async Task A_reader_and_a_writer_may_begin_at_once()
    {
        for (var i = 0; i < Soak.Count(200, 20_000); i++)
        {
            var (ours, theirs) = PipeMuxedStream.CreatePair();
            var stream = await OpenAsync(ours, "/echo");
            var reading = Task.Run(() => ReadTextAsync(stream, 4));
            var writing = Task.Run(async () => await stream.WriteAsync("ping"u8.ToArray(), _patience));
            var served = await AcceptAsync(theirs, "/echo");
            Assert.Equal("ping", await ReadTextAsync(served, 4));
            await writing;
            await served.WriteAsync("pong"u8.ToArray(), _patience);
            Assert.Equal("pong", await reading);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("\0\0\0")]
    public async Task A_refusal_surfaces_on_the_first_read_whatever_was_sent_with_the_proposal(string data)
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var stream = await OpenAsync(ours, "/echo");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(data), completeWrites: true, _patience);
        var refused = await Assert.ThrowsAsync<Libp2pException>(() => AcceptAsync(theirs, "/other"));
        Assert.Equal(Libp2pError.ProtocolNotSupported, refused.Error);
        Assert.False(theirs.Aborted);
        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<Libp2pException>(async () => await stream.ReadExactlyAsync(new byte[10], _patience));
            Assert.Equal(Libp2pError.ProtocolNotSupported, error.Error);
            Assert.Contains("/echo", error.Message, StringComparison.Ordinal);
        }

        Assert.True(ours.Aborted);
    }

    [Fact]
    public async Task A_stream_that_ends_instead_of_answering_fails_the_first_read()
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var stream = await OpenAsync(ours, "/echo");
        await theirs.WriteAsync(MultistreamMessage.HeaderFrame.ToArray(), completeWrites: true, _patience);
        var error = await Assert.ThrowsAsync<Libp2pException>(async () => await stream.ReadExactlyAsync(new byte[10], _patience));
        Assert.Equal(Libp2pError.ConnectionClosed, error.Error);
        Assert.True(ours.Aborted);
    }

    [Fact]
    public async Task A_cancelled_first_read_can_be_repeated()
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var stream = await OpenAsync(ours, "/echo");
        using var source = new CancellationTokenSource();
        var reading = stream.ReadAsync(new byte[10], source.Token).AsTask();
        await theirs.WriteAsync(Proposal.AsMemory(0, 7), _patience);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await theirs.WriteAsync((byte[])[.. Proposal.AsSpan(7), .. "ok"u8], _patience);
        Assert.Equal("ok", await ReadTextAsync(stream, 2));
    }

    [Fact]
    public async Task Zero_byte_reads_wait_for_data_behind_the_answer()
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var stream = await OpenAsync(ours, "/echo");
        var reading = stream.ReadAsync(Memory<byte>.Empty, _patience).AsTask();
        await theirs.WriteAsync((byte[])[.. Proposal, .. "ok"u8], _patience);
        Assert.Equal(0, await reading);
        Assert.Equal("ok", await ReadTextAsync(stream, 2));
    }

    [Fact]
    public async Task Several_protocols_are_negotiated_before_the_stream_is_handed_out()
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var opening = OpenAsync(ours, "/new", "/old");
        var served = await AcceptAsync(theirs, "/old");
        var stream = await opening;
        Assert.Equal("/old", stream.Protocol);
        Assert.Equal("/old", served.Protocol);

        (ours, theirs) = PipeMuxedStream.CreatePair();
        opening = OpenAsync(ours, "/new", "/old");
        var accepting = AcceptAsync(theirs, "/other");
        Assert.Equal(Libp2pError.ProtocolNotSupported, (await Assert.ThrowsAsync<Libp2pException>(() => opening)).Error);
        Assert.True(ours.Aborted);
        Assert.Equal(Libp2pError.ProtocolNotSupported, (await Assert.ThrowsAsync<Libp2pException>(() => accepting)).Error);
    }

    [Fact]
    public async Task A_peer_that_waits_for_each_answer_gets_each_at_once()
    {
        var (ours, theirs) = PipeMuxedStream.CreatePair();
        var accepting = AcceptAsync(theirs, "/echo");
        await ours.WriteAsync(MultistreamMessage.HeaderFrame.ToArray(), _patience);
        Assert.Equal(Encoding.UTF8.GetString(MultistreamMessage.HeaderFrame), await ReadTextAsync(ours, 20));
        await ours.WriteAsync("\x03ls\n"u8.ToArray(), _patience);
        Assert.Equal("\x08\x06/echo\n\n", await ReadTextAsync(ours, 9));
        await ours.WriteAsync("\x03/x\n"u8.ToArray(), _patience);
        Assert.Equal("\x03na\n", await ReadTextAsync(ours, 4));
        await ours.WriteAsync("\x06/echo\n"u8.ToArray(), _patience);
        Assert.Equal("\x06/echo\n", await ReadTextAsync(ours, 7));
        Assert.Equal("/echo", (await accepting).Protocol);
    }

    [Fact]
    public async Task Garbage_on_a_new_stream_ends_it()
    {
        var random = new Random(9);
        for (var i = 0; i < Soak.Count(500, 100_000); i++)
        {
            var (ours, theirs) = PipeMuxedStream.CreatePair();
            var bytes = new byte[random.Next(1, 100)];
            random.NextBytes(bytes);
            if (i % 2 == 0) bytes = [.. MultistreamMessage.HeaderFrame, .. bytes];
            await ours.WriteAsync(bytes, completeWrites: true, _patience);
            var error = await Assert.ThrowsAsync<Libp2pException>(() => AcceptAsync(theirs, "/echo"));
            Assert.True(theirs.Aborted || error.Error == Libp2pError.ProtocolNotSupported);
        }
    }

    [Fact]
    public async Task A_listener_that_is_given_up_resets_the_stream()
    {
        var (_, theirs) = PipeMuxedStream.CreatePair();
        using var source = new CancellationTokenSource();
        var accepting = StreamNegotiator.AcceptAsync(theirs, null!, _ => true, () => [], source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
        Assert.True(theirs.Aborted);
    }

    private Task<Libp2pStream> OpenAsync(MuxedStream stream, params string[] protocols) =>
        StreamNegotiator.OpenAsync(stream, null!, protocols, _patience).AsTask();

    private Task<Libp2pStream> AcceptAsync(MuxedStream stream, params string[] served) =>
        StreamNegotiator.AcceptAsync(stream, null!, served.Contains, () => served, _patience).AsTask();

    private async Task<string> ReadTextAsync(Stream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, _patience);
        return Encoding.UTF8.GetString(bytes);
    }
}
