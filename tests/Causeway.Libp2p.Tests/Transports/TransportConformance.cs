using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Causeway.Libp2p.Transports;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Transports;

/// <summary>What every transport must do. Each transport runs it.</summary>
public abstract class TransportConformance
{
    protected static CancellationToken Patience => Some.Patience;

    protected abstract ITransport Create();

    protected abstract Multiaddress ListenAddress { get; }

    protected abstract Multiaddress NobodyListens { get; }

    /// <summary>Addresses that are other transports'.</summary>
    protected virtual string[] Foreign => ["/ip4/127.0.0.1/udp/1", "/ip4/127.0.0.1/tcp/1/ws", "/ip4/127.0.0.1/udp/1/quic-v1", "/dns4/example.org/tcp/1"];

    private protected async Task<Pair> ConnectAsync()
    {
        var transport = Create();
        var listener = await transport.ListenAsync(ListenAddress, Patience);
        var accepting = listener.AcceptAsync(Patience);
        var dialer = await transport.DialAsync(listener.Address, Patience);
        return new Pair(listener, dialer, (await accepting)!);
    }

    [Fact]
    public async Task Bytes_arrive_in_both_directions()
    {
        await using var pair = await ConnectAsync();
        await pair.Dialer.Output.WriteAsync("hello"u8.ToArray(), Patience);
        Assert.Equal("hello"u8.ToArray(), await ReadAsync(pair.Listener.Input, 5));
        await pair.Listener.Output.WriteAsync("world!"u8.ToArray(), Patience);
        Assert.Equal("world!"u8.ToArray(), await ReadAsync(pair.Dialer.Input, 6));
    }

    [Fact]
    public async Task The_bound_address_can_be_dialed_and_both_ends_agree_on_addresses()
    {
        await using var pair = await ConnectAsync();
        Assert.True(Create().CanDial(pair.Acceptor.Address));
        Assert.Equal(pair.Acceptor.Address, pair.Dialer.RemoteAddress);
        Assert.Equal(pair.Dialer.LocalAddress, pair.Listener.RemoteAddress);
        Assert.Equal(pair.Dialer.RemoteAddress, pair.Listener.LocalAddress);
    }

    [Fact]
    public async Task A_peer_ID_at_the_end_of_an_address_is_ignored()
    {
        var transport = Create();
        await using var listener = await transport.ListenAsync(ListenAddress, Patience);
        var address = listener.Address.WithPeerId(PeerId.Parse("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB"));
        Assert.True(transport.CanDial(address));
        await using var dialed = await transport.DialAsync(address, Patience);
        await using var accepted = await listener.AcceptAsync(Patience);
        Assert.NotNull(accepted);
    }

    [Fact]
    public async Task Large_transfers_keep_every_byte_whatever_the_sizes_of_writes()
    {
        await using var pair = await ConnectAsync();
        const int total = 8 * 1024 * 1024;
        var random = new Random(7);
        var sending = Task.Run(async () =>
        {
            using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var left = total; left > 0;)
            {
                var size = Math.Min(left, random.Next(1, random.Next(2) == 0 ? 200 : 200_000));
                var piece = pair.Dialer.Output.GetMemory(size)[..size];
                random.NextBytes(piece.Span);
                sent.AppendData(piece.Span);
                pair.Dialer.Output.Advance(size);
                left -= size;
                if (random.Next(3) > 0 || left == 0) await pair.Dialer.Output.FlushAsync(Patience);
            }

            await pair.Dialer.Output.CompleteAsync();
            return sent.GetHashAndReset();
        });

        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0L;
        while (true)
        {
            var result = await pair.Listener.Input.ReadAsync(Patience);

            // Some reads leave the rest for the next one, as a parser does with an unfinished frame.
            var take = result.Buffer.Slice(0, result.IsCompleted ? result.Buffer.Length : Math.Max(1, result.Buffer.Length * 3 / 4));
            foreach (var segment in take) received.AppendData(segment.Span);
            count += take.Length;
            pair.Listener.Input.AdvanceTo(take.End, count % 3 == 0 ? result.Buffer.End : take.End);
            if (result.IsCompleted && take.Length == result.Buffer.Length) break;
        }

        Assert.Equal(total, count);
        Assert.Equal(await sending, received.GetHashAndReset());
    }

    [Fact]
    public async Task Examined_data_is_kept_until_more_has_arrived()
    {
        await using var pair = await ConnectAsync();
        await pair.Dialer.Output.WriteAsync("ab"u8.ToArray(), Patience);
        var result = await pair.Listener.Input.ReadAtLeastAsync(2, Patience);
        pair.Listener.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        var pending = pair.Listener.Input.ReadAsync(Patience);
        Assert.False(pending.IsCompleted);
        await pair.Dialer.Output.WriteAsync("cd"u8.ToArray(), Patience);
        result = await pending;
        Assert.Equal((byte)'a', result.Buffer.FirstSpan[0]);
        pair.Listener.Input.AdvanceTo(result.Buffer.Start);
        Assert.Equal("abcd"u8.ToArray(), await ReadAsync(pair.Listener.Input, 4));
    }

    [Fact]
    public async Task A_half_closed_direction_ends_the_others_reads_and_leaves_its_writes()
    {
        await using var pair = await ConnectAsync();
        await pair.Dialer.Output.WriteAsync("question"u8.ToArray(), Patience);
        await pair.Dialer.Output.CompleteAsync();
        Assert.Equal("question"u8.ToArray(), await ReadToEndAsync(pair.Listener.Input));
        await pair.Listener.Output.WriteAsync("answer"u8.ToArray(), Patience);
        await pair.Listener.Output.CompleteAsync();
        Assert.Equal("answer"u8.ToArray(), await ReadToEndAsync(pair.Dialer.Input));
    }

    [Fact]
    public async Task What_was_flushed_before_a_graceful_close_still_arrives()
    {
        await using var pair = await ConnectAsync();
        var data = RandomNumberGenerator.GetBytes(100_000);
        await pair.Dialer.Output.WriteAsync(data, Patience);
        var closing = pair.Dialer.DisposeAsync();
        Assert.Equal(data, await ReadToEndAsync(pair.Listener.Input));
        await pair.Listener.DisposeAsync();
        await closing;
    }

    [Fact]
    public async Task An_abort_fails_pending_reads_on_both_ends()
    {
        await using var pair = await ConnectAsync();
        var here = pair.Dialer.Input.ReadAsync(Patience).AsTask();
        var there = pair.Listener.Input.ReadAsync(Patience).AsTask();
        pair.Dialer.Abort();
        pair.Dialer.Abort();
        Assert.Equal(Libp2pError.ConnectionClosed, (await Assert.ThrowsAsync<Libp2pException>(() => here)).Error);
        Assert.Equal(Libp2pError.ConnectionClosed, (await Assert.ThrowsAsync<Libp2pException>(() => there)).Error);
        await Assert.ThrowsAsync<Libp2pException>(() => pair.Dialer.Input.ReadAsync(Patience).AsTask());
    }

    [Fact]
    public async Task A_reader_that_does_not_read_stops_the_writer_until_it_does()
    {
        await using var pair = await ConnectAsync();
        var chunk = new byte[64 * 1024];
        var written = 0L;
        var flush = default(Task<FlushResult>);
        while (written < 1L << 30)
        {
            flush = pair.Dialer.Output.WriteAsync(chunk, Patience).AsTask();
            written += chunk.Length;
            if (!flush.IsCompleted) break;
        }

        Assert.NotNull(flush);
        Assert.False(flush.IsCompleted, "A gigabyte fitted in between.");
        for (var read = 0L; read < written;)
        {
            var result = await pair.Listener.Input.ReadAsync(Patience);
            read += result.Buffer.Length;
            pair.Listener.Input.AdvanceTo(result.Buffer.End);
        }

        await flush;
    }

    [Fact]
    public async Task An_abort_fails_a_write_that_waits_for_the_reader()
    {
        await using var pair = await ConnectAsync();
        var chunk = new byte[64 * 1024];
        Task flush;
        do flush = pair.Dialer.Output.WriteAsync(chunk, Patience).AsTask();
        while (flush.IsCompleted);
        pair.Dialer.Abort();
        Assert.Equal(Libp2pError.ConnectionClosed, (await Assert.ThrowsAsync<Libp2pException>(() => flush)).Error);
    }

    [Fact]
    public async Task A_read_can_be_cancelled_and_repeated()
    {
        await using var pair = await ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        var cancelled = pair.Dialer.Input.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        var interrupted = pair.Dialer.Input.ReadAsync(Patience).AsTask();
        pair.Dialer.Input.CancelPendingRead();
        var result = await interrupted;
        Assert.True(result.IsCanceled);
        pair.Dialer.Input.AdvanceTo(result.Buffer.Start);

        pair.Dialer.Input.CancelPendingRead();
        result = await pair.Dialer.Input.ReadAsync(Patience);
        Assert.True(result.IsCanceled);
        pair.Dialer.Input.AdvanceTo(result.Buffer.Start);

        await pair.Listener.Output.WriteAsync("still here"u8.ToArray(), Patience);
        Assert.Equal("still here"u8.ToArray(), await ReadAsync(pair.Dialer.Input, 10));
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_unreachable()
    {
        var error = await Assert.ThrowsAsync<Libp2pException>(() => Create().DialAsync(NobodyListens, Patience).AsTask());
        Assert.Equal(Libp2pError.Unreachable, error.Error);
        Assert.Contains(NobodyListens.ToString(), error.Message);
    }

    [Fact]
    public async Task A_bound_address_cannot_be_bound_again_until_its_listener_is_gone()
    {
        var transport = Create();
        var listener = await transport.ListenAsync(ListenAddress, Patience);
        var error = await Assert.ThrowsAsync<Libp2pException>(() => transport.ListenAsync(listener.Address, Patience).AsTask());
        Assert.Equal(Libp2pError.InvalidArgument, error.Error);
        await listener.DisposeAsync();
        await using var again = await transport.ListenAsync(listener.Address, Patience);
        Assert.Equal(listener.Address, again.Address);
    }

    [Fact]
    public async Task Disposing_a_listener_ends_the_pending_accept()
    {
        var listener = await Create().ListenAsync(ListenAddress, Patience);
        var pending = listener.AcceptAsync(Patience).AsTask();
        await listener.DisposeAsync();
        await listener.DisposeAsync();
        Assert.Null(await pending);
        Assert.Null(await listener.AcceptAsync(Patience));
    }

    [Fact]
    public async Task A_cancelled_accept_leaves_the_listener_usable()
    {
        var transport = Create();
        await using var listener = await transport.ListenAsync(ListenAddress, Patience);
        using var cancellation = new CancellationTokenSource();
        var cancelled = listener.AcceptAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await using var dialed = await transport.DialAsync(listener.Address, Patience);
        await using var accepted = await listener.AcceptAsync(Patience);
        Assert.NotNull(accepted);
    }

    [Fact]
    public void Addresses_of_other_transports_are_declined()
    {
        var transport = Create();
        foreach (var text in Foreign)
        {
            Assert.False(transport.CanDial(Multiaddress.Parse(text)), text);
            Assert.False(transport.CanListen(Multiaddress.Parse(text)), text);
        }
    }

    private protected static async Task<byte[]> ReadAsync(PipeReader reader, int count)
    {
        var result = await reader.ReadAtLeastAsync(count, Patience);
        var bytes = result.Buffer.Slice(0, Math.Min(count, result.Buffer.Length)).ToArray();
        reader.AdvanceTo(result.Buffer.GetPosition(bytes.Length));
        return bytes;
    }

    private protected static async Task<byte[]> ReadToEndAsync(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync(Patience);
            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private protected sealed record Pair(ITransportListener Acceptor, TransportConnection Dialer, TransportConnection Listener) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Dialer.Abort();
            Listener.Abort();
            await Dialer.DisposeAsync();
            await Listener.DisposeAsync();
            await Acceptor.DisposeAsync();
        }
    }
}
