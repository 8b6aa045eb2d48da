using System.Buffers;
using FsCheck.Fluent;
using Xunit;

namespace Causeway.Multiformats.Tests.Varints;

public sealed class UnsignedVarintTests
{
    // multiformats/unsigned-varint, README: examples; and the largest value of each length.
    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(1UL, "01")]
    [InlineData(127UL, "7f")]
    [InlineData(128UL, "8001")]
    [InlineData(255UL, "ff01")]
    [InlineData(300UL, "ac02")]
    [InlineData(16383UL, "ff7f")]
    [InlineData(16384UL, "808001")]
    [InlineData(long.MaxValue, "ffffffffffffffff7f")]
    public void Values_have_one_encoding(ulong value, string hex)
    {
        Span<byte> bytes = stackalloc byte[UnsignedVarint.MaxLength];
        var written = UnsignedVarint.Write(bytes, value);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes[..written]));
        Assert.Equal(written, UnsignedVarint.GetLength(value));
        Assert.Equal(OperationStatus.Done, UnsignedVarint.Read(bytes[..written], out var back, out var length));
        Assert.Equal((value, written), (back, length));
    }

    [Theory]
    [InlineData("8100", OperationStatus.InvalidData)]
    [InlineData("8000", OperationStatus.InvalidData)]
    [InlineData("ff8000", OperationStatus.InvalidData)]
    [InlineData("ffffffffffffffffff", OperationStatus.InvalidData)]
    [InlineData("ffffffffffffffffff01", OperationStatus.InvalidData)]
    [InlineData("", OperationStatus.NeedMoreData)]
    [InlineData("80", OperationStatus.NeedMoreData)]
    [InlineData("ffffffffffffffff", OperationStatus.NeedMoreData)]
    public void Unfinished_long_and_padded_forms_are_told_apart(string hex, OperationStatus expected)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(expected, UnsignedVarint.Read(bytes, out var value, out var length));
        Assert.Equal((0UL, 0), (value, length));
        Assert.Equal(expected, UnsignedVarint.Read(Split(bytes, bytes.Length / 2), out _, out _));
        Assert.False(UnsignedVarint.TryRead(bytes, out _, out _));
    }

    [Fact]
    public void A_varint_is_read_across_segments_at_every_split()
    {
        byte[] bytes = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xaa, 0xbb];
        for (var split = 0; split <= bytes.Length; split++)
        {
            Assert.Equal(OperationStatus.Done, UnsignedVarint.Read(Split(bytes, split), out var value, out var length));
            Assert.Equal((UnsignedVarint.MaxValue, 9), (value, length));
        }
    }

    [Fact]
    public void Values_above_the_limit_and_short_destinations_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => UnsignedVarint.GetLength(1UL << 63));
        Assert.Throws<ArgumentOutOfRangeException>(() => UnsignedVarint.Write(new byte[16], ulong.MaxValue));
        Assert.Throws<ArgumentException>(() => UnsignedVarint.Write(new byte[1], 128));
    }

    [Fact]
    public void A_buffer_writer_gets_the_same_bytes()
    {
        var writer = new ArrayBufferWriter<byte>();
        UnsignedVarint.Write(writer, 300);
        UnsignedVarint.Write(writer, 1);
        Assert.Equal("ac0201", Convert.ToHexStringLower(writer.WrittenSpan));
    }

    [Fact]
    public void Nothing_allocates()
    {
        var buffer = new byte[16];
        var sequence = Split([0xac, 0x02], 1);
        Exercise(buffer, sequence);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Exercise(buffer, sequence);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Every_value_comes_back() => Properties.Check(Prop.ForAll<ulong>(any =>
    {
        var value = any & UnsignedVarint.MaxValue;
        Span<byte> bytes = stackalloc byte[UnsignedVarint.MaxLength];
        var length = UnsignedVarint.Write(bytes, value);
        return UnsignedVarint.TryRead(bytes, out var back, out var read) && back == value && read == length;
    }));

    private static void Exercise(byte[] buffer, in ReadOnlySequence<byte> sequence)
    {
        UnsignedVarint.Write(buffer, 1_000_000);
        UnsignedVarint.Read(buffer, out _, out _);
        UnsignedVarint.Read(sequence, out _, out _);
    }

    private static ReadOnlySequence<byte> Split(byte[] bytes, int at)
    {
        var last = new Segment(bytes.AsMemory(at), at, null);
        return new ReadOnlySequence<byte>(new Segment(bytes.AsMemory(0, at), 0, last), 0, last, bytes.Length - at);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index, Segment? next)
        {
            Memory = memory;
            RunningIndex = index;
            Next = next;
        }
    }
}
