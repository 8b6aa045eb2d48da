using Causeway.Libp2p.Wire;

namespace Causeway.Libp2p.Tests.Wire;

/// <summary>Protobuf's wire format: what is written is read, and what is broken is refused.</summary>
public sealed class WireTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(127, 1)]
    [InlineData(128, 2)]
    [InlineData(uint.MaxValue, 5)]
    [InlineData(ulong.MaxValue, 10)]
    public void A_varint_takes_as_many_bytes_as_was_said_and_comes_back(ulong value, int size)
    {
        Assert.Equal(size, WireWriter.SizeOf(value));
        var buffer = new byte[size];
        new WireWriter(buffer).WriteVarint(value);
        var reader = new WireReader(buffer);
        Assert.True(reader.TryReadVarint(out var read));
        Assert.Equal(value, read);
        Assert.True(reader.IsAtEnd);
        Assert.True(reader.IsMinimal);
    }

    [Fact]
    public void A_message_of_every_kind_of_field_comes_back()
    {
        var buffer = new byte[WireWriter.SizeOfVarintField(300) + WireWriter.SizeOfField("žluť") + WireWriter.SizeOfField(3) + WireWriter.SizeOfField(sizeof(ulong))];
        var writer = new WireWriter(buffer);
        writer.WriteVarintField(1, 300);
        writer.WriteField(2, "žluť");
        writer.WriteField(15, [1, 2, 3]);
        writer.WriteBigEndianField(4, 7);
        Assert.Equal(buffer.Length, writer.Position);

        var reader = new WireReader(buffer);
        Assert.True(reader.TryReadTag(out var field, out var wireType));
        Assert.True(reader.TryReadVarint(out var number));
        Assert.Equal((1, 0, 300UL), (field, wireType, number));
        Assert.Equal("žluť"u8.ToArray(), Next(ref reader, buffer, 2));
        Assert.Equal([1, 2, 3], Next(ref reader, buffer, 15));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 7], Next(ref reader, buffer, 4));
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [InlineData("", "there is nothing")]
    [InlineData("80", "the tag ends too early")]
    [InlineData("02", "field 0")]
    [InlineData("0B", "a group begins")]
    [InlineData("0C", "a group ends")]
    [InlineData("0E", "no wire type")]
    [InlineData("8880808010", "a tag of more than 32 bits")]
    [InlineData("FFFFFFFFFFFFFFFFFF02", "a varint of more than 64 bits")]
    public void A_broken_tag_is_refused(string hex, string why) => Assert.False(new WireReader(Convert.FromHexString(hex)).TryReadTag(out _, out _), why);

    [Theory]
    [InlineData("0401 0203")]
    [InlineData("FFFFFFFF07")]
    [InlineData("FFFFFFFFFFFFFFFFFF01")]
    public void A_length_beyond_the_end_is_refused(string hex) => Assert.False(new WireReader(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))).TryReadSlice(out _));

    [Fact]
    public void A_number_longer_than_it_need_be_is_read_and_noticed()
    {
        var reader = new WireReader([0x80, 0x00]);
        Assert.True(reader.TryReadVarint(out var value));
        Assert.Equal(0UL, value);
        Assert.False(reader.IsMinimal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(-1)]
    public void Fields_whose_tags_need_more_than_a_byte_are_not_written(int field)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WireWriter(new byte[8]).WriteVarintField(field, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WireWriter(new byte[8]).WriteHeader(field, 1));
    }

    [Fact]
    public void An_absent_field_is_told_from_an_empty_one()
    {
        Assert.False(Slice.Absent.IsPresent);
        Assert.True(default(Slice).IsPresent);
        Assert.True(Slice.Absent.Of(new byte[4]).IsEmpty);
    }

    [Fact]
    public void Any_bytes_are_read_to_their_end_or_refused()
    {
        var random = new Random(20_260_501);
        for (var i = 0; i < Soak.Count(50_000, 1_000_000); i++)
        {
            var bytes = new byte[random.Next(24)];
            random.NextBytes(bytes);
            var reader = new WireReader(bytes);
            while (!reader.IsAtEnd)
            {
                var before = reader.Position;
                if (!reader.TryReadTag(out var field, out var wireType)) break;
                Assert.InRange(field, 1, (1 << 29) - 1);
                if (!reader.TrySkip(wireType)) break;
                Assert.InRange(reader.Position, before + 2, bytes.Length);
            }
        }
    }

    private static byte[] Next(ref WireReader reader, byte[] buffer, int field)
    {
        Assert.True(reader.TryReadTag(out var number, out var wireType));
        Assert.Equal((field, 2), (number, wireType));
        Assert.True(reader.TryReadSlice(out var slice));
        return slice.Of(buffer.AsSpan()).ToArray();
    }
}
