using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Causeway.Libp2p.Security.Noise;
using Causeway.Libp2p.Tests.Support;

namespace Causeway.Libp2p.Tests.Security;

public sealed class NoiseChannelTests
{
    private readonly Pipe _wire = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly NoiseWriter _writer;
    private readonly NoiseReader _reader;
    private readonly CipherState _send;
    private readonly CipherState _receive;

    public NoiseChannelTests()
    {
        (_send, _receive) = NoiseChannels.Ciphers();
        _writer = new NoiseWriter(_wire.Writer, _send);
        _reader = new NoiseReader(_wire.Reader, _receive);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_between_two_flushes_share_a_frame()
    {
        _writer.Write("one "u8);
        _writer.Write("two "u8);
        _writer.Write("three"u8);
        Assert.Equal(13, _writer.UnflushedBytes);
        await _writer.FlushAsync(Token);
        Assert.Equal(0, _writer.UnflushedBytes);
        Assert.Equal([13 + 16], FrameLengths(await WireAsync()));
        Assert.Equal("one two three"u8.ToArray(), await NoiseChannels.ReadExactlyAsync(_reader, 13));
    }

    [Fact]
    public async Task A_large_write_becomes_frames_that_noise_allows()
    {
        var data = RandomBytes(1_000_000);
        await _writer.WriteAsync(data, Token);
        var lengths = FrameLengths(await WireAsync());
        Assert.All(lengths, l => Assert.InRange(l, 17, 65535));
        Assert.True(lengths.Count <= 17, $"{lengths.Count} frames");
        Assert.Equal(data, await NoiseChannels.ReadExactlyAsync(_reader, data.Length));
    }

    [Theory]
    [InlineData(65518)]
    [InlineData(65519)]
    [InlineData(65520)]
    [InlineData(300_000)]
    public async Task A_caller_gets_as_much_contiguous_room_as_it_asks_for(int size)
    {
        var data = RandomBytes(size);
        _writer.Write("before"u8);
        var memory = _writer.GetMemory(size);
        Assert.True(memory.Length >= size);
        data.CopyTo(memory);
        _writer.Advance(size);
        _writer.Write("after"u8);
        await _writer.FlushAsync(Token);
        var read = await NoiseChannels.ReadExactlyAsync(_reader, size + 11);
        Assert.Equal([.. "before"u8, .. data, .. "after"u8], read);
    }

    [Fact]
    public void Advancing_past_the_room_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.Advance(1));
        var room = _writer.GetMemory(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.Advance(room + 1));
    }

    [Fact]
    public async Task Whatever_the_sizes_of_writes_and_arrivals_what_is_read_is_what_was_written()
    {
        var random = new Random(11);
        for (var round = 0; round < Soak.Count(60, 5_000); round++)
        {
            var (send, receive) = NoiseChannels.Ciphers();
            var (outgoing, incoming) = (NewPipe(), NewPipe());
            var (writer, reader) = (new NoiseWriter(outgoing.Writer, send), new NoiseReader(incoming.Reader, receive));
            var largest = 1 << random.Next(4, 18);
            var data = RandomBytes(random.Next(largest * 8));
            var (written, read) = (0, 0);
            while (read < data.Length)
            {
                var size = Math.Min(data.Length - written, random.Next(largest));
                writer.Write(data.AsSpan(written, size));
                written += size;
                if (random.Next(3) == 0 || written == data.Length) await writer.FlushAsync(Token);

                if (outgoing.Reader.TryRead(out var wire))
                {
                    var part = wire.Buffer.Slice(0, Math.Min(wire.Buffer.Length, random.Next(1, largest + 1)));
                    foreach (var segment in part) incoming.Writer.Write(segment.Span);
                    outgoing.Reader.AdvanceTo(part.End);
                    await incoming.Writer.FlushAsync(Token);
                }

                if (!reader.TryRead(out var result)) continue;
                var available = (int)result.Buffer.Length;
                Assert.True(result.Buffer.ToArray().AsSpan().SequenceEqual(data.AsSpan(read, available)));
                var taken = random.Next(available + 1);
                // "All examined" asks for more to come, so only while more does.
                var examined = read + available < data.Length && random.Next(2) == 0 ? available : taken;
                reader.AdvanceTo(result.Buffer.GetPosition(taken), result.Buffer.GetPosition(examined));
                read += taken;
            }

            await reader.CompleteAsync();
            await writer.CompleteAsync();
        }
    }

    [Fact]
    public async Task A_flipped_bit_in_any_field_of_a_frame_breaks_the_channel()
    {
        // Length, first and last byte of the ciphertext, first and last byte of the tag; a longer length leaves the frame incomplete.
        foreach (var (position, mask) in new[] { (0, 0x01), (1, 0x01), (1, 0x40), (2, 0x80), (21, 0x01), (22, 0x10), (37, 0x01) })
        {
            var (wire, reader) = await FrameAsync(20);
            wire[position] ^= (byte)mask;
            var error = await ReadFailureAsync(reader, wire);
            Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
        }
    }

    [Fact]
    public async Task A_replayed_or_reordered_or_missing_frame_breaks_the_channel()
    {
        _writer.Write("first"u8);
        await _writer.FlushAsync(Token);
        var first = await WireAsync(take: true);
        _writer.Write("second"u8);
        await _writer.FlushAsync(Token);
        var second = await WireAsync(take: true);

        foreach (var arrivals in new byte[][] { [.. first, .. first], [.. second, .. first], second })
        {
            var error = await ReadFailureAsync(NewReader(), arrivals);
            Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 0 })]
    [InlineData(new byte[] { 0, 15, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 })]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 255, 255, 1, 2, 3 })]
    public async Task A_frame_too_short_for_its_tag_or_cut_by_the_end_breaks_the_channel(byte[] arrivals)
    {
        var error = await ReadFailureAsync(NewReader(), arrivals);
        Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
    }

    [Fact]
    public async Task A_broken_channel_stays_broken()
    {
        var reader = NewReader(out var pipe);
        await pipe.Writer.WriteAsync(new byte[] { 0, 0 }, Token);
        await Assert.ThrowsAsync<Libp2pException>(async () => await reader.ReadAsync(Token));
        await Assert.ThrowsAsync<Libp2pException>(async () => await reader.ReadAsync(Token));
        Assert.Throws<Libp2pException>(() => reader.TryRead(out _));
    }

    [Fact]
    public async Task An_end_between_frames_is_the_end_of_data()
    {
        _writer.Write("last words"u8);
        await _writer.CompleteAsync();
        Assert.Equal("last words"u8.ToArray(), await NoiseChannels.ReadExactlyAsync(_reader, 10));
        var result = await _reader.ReadAsync(Token);
        Assert.True(result is { IsCompleted: true, Buffer.IsEmpty: true });
    }

    [Fact]
    public async Task Empty_frames_are_nothing_to_read()
    {
        var frames = new byte[3 * 18];
        for (var i = 0; i < 3; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frames.AsSpan(i * 18), 16);
            _send.Encrypt(default, default, frames.AsSpan((i * 18) + 2, 16));
        }

        await _wire.Writer.WriteAsync(frames, Token);
        Assert.False(_reader.TryRead(out _));
        var pending = _reader.ReadAsync(Token);
        Assert.False(pending.IsCompleted);
        _writer.Write("x"u8);
        await _writer.FlushAsync(Token);
        Assert.Equal(1, (await pending).Buffer.Length);
    }

    [Fact]
    public async Task A_pending_read_can_be_cancelled_and_the_next_goes_on()
    {
        var pending = _reader.ReadAsync(Token).AsTask();
        _reader.CancelPendingRead();
        var result = await pending;
        Assert.True(result.IsCanceled);
        _reader.AdvanceTo(result.Buffer.Start);
        _writer.Write("x"u8);
        await _writer.FlushAsync(Token);
        Assert.Equal("x"u8.ToArray(), await NoiseChannels.ReadExactlyAsync(_reader, 1));

        using var source = new CancellationTokenSource();
        var cancelled = _reader.ReadAsync(source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task A_channel_at_rest_holds_no_buffer()
    {
        Assert.False(_reader.HoldsMemory);
        _writer.Write("some data"u8);
        await _writer.FlushAsync(Token);
        var result = await _reader.ReadAsync(Token);
        Assert.True(_reader.HoldsMemory);
        _reader.AdvanceTo(result.Buffer.GetPosition(4), result.Buffer.End);
        Assert.True(_reader.HoldsMemory);
        var pending = _reader.ReadAsync(Token).AsTask();
        _writer.Write(" and more"u8);
        await _writer.FlushAsync(Token);
        result = await pending;
        Assert.Equal(" data and more"u8.ToArray(), result.Buffer.ToArray());
        _reader.AdvanceTo(result.Buffer.End);
        Assert.False(_reader.HoldsMemory);
        pending = _reader.ReadAsync(Token).AsTask();
        Assert.False(_reader.HoldsMemory);
        await _wire.Writer.CompleteAsync();
        _ = await pending;
    }

    [Fact]
    public async Task The_last_nonce_is_never_used()
    {
        _send.Nonce = _receive.Nonce = ulong.MaxValue - 1;
        _writer.Write("x"u8);
        await _writer.FlushAsync(Token);
        Assert.Equal("x"u8.ToArray(), await NoiseChannels.ReadExactlyAsync(_reader, 1));

        _writer.Write("y"u8);
        var error = await Assert.ThrowsAsync<Libp2pException>(async () => await _writer.FlushAsync(Token));
        Assert.Equal(Libp2pError.ConnectionClosed, error.Error);
        error = await ReadFailureAsync(_reader, new byte[20], _wire);
        Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
    }

    [Fact]
    public async Task Garbage_breaks_the_channel_and_nothing_else()
    {
        var random = new Random(5);
        for (var i = 0; i < Soak.Count(2_000, 1_000_000); i++)
        {
            var bytes = RandomBytes(random.Next(1, 200));
            if (i % 2 == 0) (bytes[0], bytes[^1]) = (0, 0);
            var error = await ReadFailureAsync(NewReader(), bytes);
            Assert.Equal(Libp2pError.ProtocolViolation, error.Error);
        }
    }

    private static Pipe NewPipe() => new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static List<int> FrameLengths(byte[] wire)
    {
        var lengths = new List<int>();
        for (var i = 0; i < wire.Length; i += lengths[^1] + 2) lengths.Add(BinaryPrimitives.ReadUInt16BigEndian(wire.AsSpan(i)));
        return lengths;
    }

    private static NoiseReader NewReader() => NewReader(out _);

    private static NoiseReader NewReader(out Pipe pipe)
    {
        pipe = NewPipe();
        var reader = new NoiseReader(pipe.Reader, NoiseChannels.Ciphers().Receive);
        Pipes.AddOrUpdate(reader, pipe);
        return reader;
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<NoiseReader, Pipe> Pipes = [];

    private static async Task<Libp2pException> ReadFailureAsync(NoiseReader reader, byte[] arrivals, Pipe? pipe = null)
    {
        if (pipe is null) Assert.True(Pipes.TryGetValue(reader, out pipe));
        await pipe.Writer.WriteAsync(arrivals, Token);
        await pipe.Writer.CompleteAsync();
        return await Assert.ThrowsAsync<Libp2pException>(async () =>
        {
            while (true)
            {
                var result = await reader.ReadAsync(Token);
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) return;
            }
        });
    }

    private static async Task<(byte[] Wire, NoiseReader Reader)> FrameAsync(int size)
    {
        var pipe = NewPipe();
        var writer = new NoiseWriter(pipe.Writer, NoiseChannels.Ciphers().Send);
        await writer.WriteAsync(RandomBytes(size), Token);
        await writer.CompleteAsync();
        var result = await pipe.Reader.ReadAsync(Token);
        return (result.Buffer.ToArray(), NewReader());
    }

    private async Task<byte[]> WireAsync(bool take = false)
    {
        var result = await _wire.Reader.ReadAsync(Token);
        var bytes = result.Buffer.ToArray();
        _wire.Reader.AdvanceTo(take ? result.Buffer.End : result.Buffer.Start);
        return bytes;
    }
}
