using Causeway.Ipfs.Dag.Pb;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Dag.Pb;

public sealed class DagPbTests
{
    private const string Link = "120b0a09015500050001020304";
    private static readonly Cid Target = Cid.FromBytes(Convert.FromHexString("015500050001020304"));

    [Fact]
    public void The_empty_block_is_a_node_without_links_and_data()
    {
        var node = DagPb.Decode(Array.Empty<byte>());
        Assert.Empty(node.Links);
        Assert.Null(node.Data);
        Assert.Empty(DagPb.Encode(new DagPbNode()));
    }

    [Fact]
    public void Empty_data_is_not_the_same_as_none()
    {
        Assert.Equal(0, DagPb.Decode(new byte[] { 0x0a, 0 }).Data!.Value.Length);
        Assert.Equal([0x0a, 0], DagPb.Encode(new DagPbNode { Data = Array.Empty<byte>() }));
    }

    [Fact]
    public void Data_before_the_links_is_read_and_written_behind_them()
    {
        var node = DagPb.Decode(Convert.FromHexString("0a0107" + Link));
        Assert.Equal(Target, Assert.Single(node.Links).Hash);
        Assert.Equal(Link + "0a0107", Convert.ToHexString(DagPb.Encode(node)), ignoreCase: true);
    }

    [Fact]
    public void Links_are_written_in_the_order_of_their_names_bytes_and_equal_ones_as_they_were()
    {
        // In UTF-8 U+FF41 sorts before U+1F600, in UTF-16 behind it.
        var node = new DagPbNode
        {
            Links = [new(Target, "\U0001F600"), new(Target, "b", 1), new(Target, "\uFF41"), new(Target, "b", 2), new(Target, "ab"), new(Target), new(Target, "a"), new(Target, "")],
        };
        var links = DagPb.Decode(DagPb.Encode(node)).Links;
        Assert.Equal([null, "", "a", "ab", "b", "b", "\uFF41", "\U0001F600"], links.Select(link => link.Name));
        Assert.Equal([1UL, 2UL], links.Where(link => link.Name == "b").Select(link => link.Size!.Value));
    }

    [Fact]
    public void Links_out_of_order_are_read_in_the_blocks_order()
    {
        var node = DagPb.Decode(Convert.FromHexString("120e0a090155000500010203041201" + "62" + "120e0a090155000500010203041201" + "61"));
        Assert.Equal(["b", "a"], node.Links.Select(link => link.Name));
    }

    [Theory]
    [InlineData("0a010a0a0107", "data twice, cut short")]
    [InlineData("0a01070a0107", "data twice")]
    [InlineData("1a0107", "an unknown field")]
    [InlineData("0801", "a number for data")]
    [InlineData("0a8100" + "07", "a length that is longer than needed")]
    [InlineData("120d0a090155000500010203041801" + "00", "trailing zero tag")]
    [InlineData("120e0a09015500050001020304188100", "a size that is longer than needed")]
    [InlineData("120d18010a09015500050001020304", "the size before the CID")]
    [InlineData("120e1201610a09015500050001020304", "the name before the CID")]
    [InlineData("12160a090155000500010203040a09015500050001020304", "the CID twice")]
    [InlineData("120d0a090155000500010203042001", "an unknown field of a link")]
    [InlineData("120e0a09015500050001020304120180", "a name that is not UTF-8")]
    [InlineData("120a0a080155000500010203", "a CID that is cut short")]
    [InlineData("120c0a0a01550005000102030400", "a CID with more behind it")]
    [InlineData("0a05010203", "a length over the end")]
    [InlineData("0aff", "an unfinished length")]
    public void What_is_not_canonical_is_refused(string hex, string why)
    {
        Assert.False(DagPb.TryDecode(Convert.FromHexString(hex), out _), why);
        Assert.Equal(IpfsError.Malformed, Assert.Throws<IpfsException>(() => DagPb.Decode(Convert.FromHexString(hex))).Error);
    }

    [Fact]
    public void More_links_than_an_honest_block_can_have_are_refused()
    {
        var link = Convert.FromHexString("12060a0401550000");
        var block = new byte[link.Length * (DagPb.MaxLinks + 1)];
        for (var i = 0; i < block.Length; i += link.Length) link.CopyTo(block, i);
        Assert.Equal(DagPb.MaxLinks, DagPb.Decode(block.AsMemory(link.Length)).Links.Count);
        Assert.Equal(IpfsError.TooLarge, Assert.Throws<IpfsException>(() => DagPb.Decode(block)).Error);
    }

    [Fact]
    public void A_name_that_has_no_UTF_8_is_not_written() =>
        Assert.ThrowsAny<ArgumentException>(() => DagPb.Encode(new DagPbNode { Links = [new(Target, "\uD800")] }));
}
