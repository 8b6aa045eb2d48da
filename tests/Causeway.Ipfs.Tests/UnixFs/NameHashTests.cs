using System.Text;
using Causeway.Ipfs.UnixFs.Directories;

namespace Causeway.Ipfs.Tests.UnixFs;

public sealed class NameHashTests
{
    // The first half of MurmurHash3_x64_128 with seed 0, as its published implementations print it.
    [Theory]
    [InlineData("", 0x0000000000000000UL)]
    [InlineData("hello", 0xcbd8a7b341bd9b02UL)]
    [InlineData("hello, world", 0x342fac623a5ebc8eUL)]
    [InlineData("19 Jan 2038 at 3:14:07 AM", 0xb89e5988b737affcUL)]
    [InlineData("The quick brown fox jumps over the lazy dog.", 0xcd99481f9ee902c9UL)]
    public void Names_have_the_hash_that_all_have(string name, ulong hash)
    {
        Assert.Equal(hash, NameHash.Of(name));
        Assert.Equal(hash, NameHash.Of(Encoding.UTF8.GetBytes(name)));
    }

    // ipfs/specs, UnixFS, the example of "HAMTDirectory Path Resolution".
    [Theory]
    [InlineData("470.txt", "00", "6E")]
    [InlineData("742.txt", "00", "FF")]
    public void Places_are_taken_from_the_hashs_top(string name, string first, string second)
    {
        var shape = new HamtShape(256);
        Assert.Equal(first, shape.PrefixOf(shape.PlaceOf(NameHash.Of(name), 0)));
        Assert.Equal(second, shape.PrefixOf(shape.PlaceOf(NameHash.Of(name), 1)));
        Assert.Equal(shape.PlaceOf(NameHash.Of(name), 1), shape.PlaceOf(second + name));
    }

    [Theory]
    [InlineData(8, 1, 21)]
    [InlineData(16, 1, 16)]
    [InlineData(256, 2, 8)]
    [InlineData(1024, 3, 6)]
    public void Other_fan_outs_take_other_bits(int fanout, int prefix, int levels)
    {
        var shape = new HamtShape(fanout);
        Assert.Equal((prefix, levels), (shape.PrefixLength, shape.Levels));
        Assert.InRange(shape.PlaceOf(ulong.MaxValue, levels - 1), 0, fanout - 1);
    }

    [Theory]
    [InlineData("0a")]
    [InlineData("G0")]
    [InlineData("A")]
    [InlineData("")]
    public void What_is_no_prefix_is_no_place(string name) => Assert.Equal(-1, new HamtShape(256).PlaceOf(name));

    [Theory]
    [InlineData(0UL)]
    [InlineData(4UL)]
    [InlineData(12UL)]
    [InlineData(2048UL)]
    [InlineData(ulong.MaxValue)]
    public void Only_powers_of_two_from_8_to_1024_are_fan_outs(ulong fanout) => Assert.False(HamtShape.IsAllowed(fanout));
}
