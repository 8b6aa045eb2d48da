using System.Security.Cryptography;
using Causeway.Libp2p.Muxing;
using Causeway.Libp2p.Muxing.Yamux;

namespace Causeway.Libp2p.Tests.Muxing;

public sealed class YamuxStreamTests
{
    [Fact]
    public async Task What_is_written_is_read()
    {
        await using var pair = new YamuxPair();
        var (ours, theirs) = await pair.OpenAsync();
        await ours.WriteAsync("hello"u8.ToArray());
        var buffer = new byte[5];
        await theirs.ReadExactlyAsync(buffer);
        Assert.Equal("hello"u8.ToArray(), buffer);
        Assert.True(theirs.IsInbound);
        Assert.False(ours.IsInbound);
        Assert.Equal(ours.Id, theirs.Id);
    }

    [Fact]
    public async Task After_half_close_the_other_direction_goes_on()
    {
        await using var pair = new YamuxPair();
        var (ours, theirs) = await pair.OpenAsync();
        await ours.WriteAsync("last"u8.ToArray(), completeWrites: true);
        await ours.WritesClosed;
        var buffer = new byte[16];
        Assert.Equal(4, await theirs.ReadAtLeastAsync(buffer, 5, throwOnEndOfStream: false));
        Assert.Equal(0, await theirs.ReadAsync(buffer));
        await theirs.ReadsClosed;
        await theirs.WriteAsync("answer"u8.ToArray());
        theirs.CompleteWrites();
        Assert.Equal(6, await ours.ReadAtLeastAsync(buffer, 7, throwOnEndOfStream: false));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await ours.WriteAsync(new byte[1]));
        Assert.Equal(0, pair.Dialer.StreamCount);
        Assert.Equal(0, pair.Listener.StreamCount);
    }

    [Fact]
    public async Task A_reset_fails_pending_reads_and_writes()
    {
        await using var pair = new YamuxPair();
        var (ours, theirs) = await pair.OpenAsync();
        var read = ours.ReadAsync(new byte[1]).AsTask();
        var write = ours.WriteAsync(new byte[1024 * 1024]).AsTask();
        theirs.Abort(42);
        Assert.Equal(Libp2pError.StreamReset, (await Assert.ThrowsAsync<Libp2pException>(() => read)).Error);
        Assert.Equal(Libp2pError.StreamReset, (await Assert.ThrowsAsync<Libp2pException>(() => write)).Error);
        Assert.Contains("42", (await Assert.ThrowsAsync<Libp2pException>(() => ours.ReadsClosed)).Message);
        await Assert.ThrowsAsync<Libp2pException>(() => ours.WritesClosed);
        await Assert.ThrowsAsync<Libp2pException>(() => theirs.ReadAsync(new byte[1]).AsTask());
        await Assert.ThrowsAsync<Libp2pException>(async () => await theirs.WriteAsync(new byte[1]));
        Assert.Equal(0, pair.Dialer.StreamCount);
    }

    [Fact]
    public async Task The_synchronous_half_of_a_stream_blocks_for_its_data()
    {
        await using var pair = new YamuxPair();
        var (ours, theirs) = await pair.OpenAsync();
        var read = Task.Run(() =>
        {
            var buffer = new byte[4];
            theirs.ReadExactly(buffer);
            return buffer;
        });
        ours.Write([1, 2, 3, 4]);
        Assert.Equal([1, 2, 3, 4], await read);
    }

    [Fact]
    public async Task A_read_of_no_bytes_waits_for_data()
    {
        await using var pair = new YamuxPair();
        var (ours, theirs) = await pair.OpenAsync();
        var wait = theirs.ReadAsync(Memory<byte>.Empty).AsTask();
        Assert.False(wait.IsCompleted);
        await ours.WriteAsync(new byte[] { 5 });
        Assert.Equal(0, await wait);
        Assert.Equal(1, await theirs.ReadAsync(new byte[8]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_mebibytes_arrive_unchanged_in_both_directions_at_once(bool smallPieces)
    {
        await using var pair = new YamuxPair();
        var (ours, theirs) = await pair.OpenAsync();
        const int Total = 100 * 1024 * 1024;
        var size = smallPieces ? 5000 : 1 << 20;
        var hashes = await Task.WhenAll(
            Task.Run(() => SendAsync(ours, Total, size, 1)), Task.Run(() => ReceiveAsync(theirs, size)),
            Task.Run(() => SendAsync(theirs, Total, size, 2)), Task.Run(() => ReceiveAsync(ours, size)));
        Assert.Equal(hashes[0], hashes[1]);
        Assert.Equal(hashes[2], hashes[3]);
        Assert.Equal(0, pair.Dialer.StreamCount);
    }

    internal static async Task<string> SendAsync(MuxedStream stream, long total, int size, int seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(seed);
        var buffer = new byte[size];
        random.NextBytes(buffer);
        for (long sent = 0; sent < total;)
        {
            var n = (int)Math.Min(total - sent, size);
            BitConverter.TryWriteBytes(buffer, sent);
            hash.AppendData(buffer.AsSpan(0, n));
            await stream.WriteAsync(buffer.AsMemory(0, n));
            sent += n;
        }

        stream.CompleteWrites();
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    internal static async Task<string> ReceiveAsync(MuxedStream stream, int size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[size];
        while (await stream.ReadAsync(buffer) is var n and > 0) hash.AppendData(buffer.AsSpan(0, n));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
