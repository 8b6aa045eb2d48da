using System.Buffers.Binary;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;

namespace Causeway.Ipfs.Tests.Dag.Cbor;

public sealed class DagCborTests
{
    // Of "hello world" as a raw block.
    private const string Cid = "01551220b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";

    [Theory]
    [InlineData("", "ends")]
    [InlineData("00 00", "follows")]
    [InlineData("80 f6", "follows")]
    [InlineData("1817", "shortest")]
    [InlineData("1900ff", "shortest")]
    [InlineData("1a0000ffff", "shortest")]
    [InlineData("1b00000000ffffffff", "shortest")]
    [InlineData("3817", "shortest")]
    [InlineData("580100", "shortest")]
    [InlineData("780161", "shortest")]
    [InlineData("980100", "shortest")]
    [InlineData("b801616100", "shortest")]
    [InlineData("d9002a582500" + Cid, "shortest")]
    [InlineData("1c", "reserved")]
    [InlineData("5f4100ff", "indefinite")]
    [InlineData("7f6161ff", "indefinite")]
    [InlineData("9f00ff", "indefinite")]
    [InlineData("bf616100ff", "indefinite")]
    [InlineData("ff", "indefinite")]
    [InlineData("f7", "simple")]
    [InlineData("e0", "simple")]
    [InlineData("f0", "simple")]
    [InlineData("f820", "simple")]
    [InlineData("f814", "simple")]
    [InlineData("f93c00", "less than 64")]
    [InlineData("fa3f800000", "less than 64")]
    [InlineData("f97e00", "less than 64")]
    [InlineData("fb7ff8000000000000", "not a number")]
    [InlineData("fb7ff0000000000000", "infinite")]
    [InlineData("fbfff0000000000000", "infinite")]
    [InlineData("c11a514b67b0", "tag")]
    [InlineData("c249010000000000000000", "tag")]
    [InlineData("d82a5824" + Cid, "a zero")]
    [InlineData("d82a582501" + Cid, "a zero")]
    [InlineData("d82a582600" + Cid + "00", "a zero")]
    [InlineData("d82a40", "a zero")]
    [InlineData("d82a4100", "a zero")]
    [InlineData("d82a6100", "not of bytes")]
    [InlineData("d82a", "items than")]
    [InlineData("a10000", "no text")]
    [InlineData("a1410000", "no text")]
    [InlineData("a2616200616100", "order")]
    [InlineData("a262616100616200", "order")]
    [InlineData("a2616100616100", "twice")]
    [InlineData("61ff", "UTF-8")]
    [InlineData("63eda080", "UTF-8")]
    [InlineData("a161ff00", "UTF-8")]
    [InlineData("62c080", "UTF-8")]
    [InlineData("4401", "longer than the block")]
    [InlineData("6261", "longer than the block")]
    [InlineData("5bffffffffffffffff", "longer than the block")]
    [InlineData("9bffffffffffffffff", "more items")]
    [InlineData("bbffffffffffffffff", "more items")]
    [InlineData("bb7fffffffffffffff", "more items")]
    [InlineData("9a0001000000", "more items")]
    [InlineData("820001820000", "follows")]
    [InlineData("8281", "more items")]
    [InlineData("1b00", "ends")]
    public void Whatever_is_not_the_one_form_of_a_value_is_refused(string hex, string reason)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", ""));
        Assert.False(DagCbor.TryDecode(bytes, out var value, out var problem));
        Assert.Null(value);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Equal(IpfsError.Malformed, Assert.Throws<IpfsException>(() => DagCbor.Decode(bytes)).Error);
    }

    [Theory]
    [InlineData("1bffffffffffffffff", "18446744073709551615")]
    [InlineData("3bffffffffffffffff", "-18446744073709551616")]
    [InlineData("3b8000000000000000", "-9223372036854775809")]
    [InlineData("20", "-1")]
    [InlineData("3818", "-25")]
    [InlineData("190100", "256")]
    [InlineData("fb0000000000000000", "0.0")]
    [InlineData("fb8000000000000000", "-0.0")]
    [InlineData("fb3ff0000000000000", "1.0")]
    [InlineData("fb7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("fb444b1ae4d6e2ef50", "1e+21")]
    [InlineData("fb4415af1d78b58c40", "100000000000000000000.0")]
    [InlineData("fb3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("fb3e7ad7f29abcaf48", "1e-7")]
    public void Numbers_of_all_sizes_are_read_and_written(string hex, string text)
    {
        var value = DagCbor.Decode(Convert.FromHexString(hex));
        Assert.Equal(text, value.ToString());
        Assert.Equal(hex, Convert.ToHexStringLower(DagCbor.Encode(value)));
    }

    [Theory]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void Strings_bytes_lists_and_maps_of_all_lengths_are_read_as_they_were_written(int length)
    {
        IpldValue[] values =
        [
            new string('é', length),
            new byte[length],
            IpldList.Of([.. Enumerable.Repeat(IpldValue.Null, length)]),
            IpldMap.Create(Enumerable.Range(0, length).Select(static i => KeyValuePair.Create($"{i}", (IpldValue)i))),
        ];
        foreach (var value in values)
        {
            var bytes = DagCbor.Encode(value);
            Assert.Equal(value, DagCbor.Decode(bytes));
            Assert.Equal(bytes, DagCbor.Encode(DagCbor.Decode(bytes)));
        }
    }

    [Fact]
    public void Lists_and_maps_within_one_another_are_read_to_their_limit_and_no_deeper()
    {
        foreach (var (open, last) in new[] { ("81", "80"), ("a16161", "a0") })
        {
            var deepest = string.Concat(Enumerable.Repeat(open, IpldValue.MaxDepth - 1)) + last;
            Assert.Equal(deepest, Convert.ToHexStringLower(DagCbor.Encode(DagCbor.Decode(Convert.FromHexString(deepest)))));
            Assert.False(DagCbor.TryDecode(Convert.FromHexString(open + deepest), out _, out var problem));
            Assert.Contains("within one another", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Lists_that_each_promise_a_block_full_of_items_get_no_memory_for_it()
    {
        // 200 lists, each within the one before and each of a million items: 1.6 GB of references, were they believed.
        var bomb = new byte[1 << 20];
        for (var i = 0; i < 200; i++)
        {
            bomb[i * 5] = 0x9a;
            BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan((i * 5) + 1), (uint)(bomb.Length - (i * 5) - 5));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(DagCbor.TryDecode(bomb, out _, out _));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    [Fact]
    public void Bytes_of_a_value_are_a_part_of_the_block()
    {
        byte[] block = [0x43, 1, 2, 3];
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(DagCbor.Decode(block).As<IpldBytes>().Value, out var part));
        Assert.Same(block, part.Array);
    }
}
