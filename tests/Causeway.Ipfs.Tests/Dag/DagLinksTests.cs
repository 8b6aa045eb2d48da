using System.Text;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Ipfs.Dag.Json;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Dag;

public sealed class DagLinksTests
{
    private const string LinkHex = "d82a582500" + "01551220b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
    private static readonly Cid One = Cid.Parse("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e");
    private static readonly Cid Two = Cid.Parse("QmRgutAxd8t7oGkSm4wmeuByG6M51wcTso6cubDdQtuEfL");

    [Fact]
    public void Links_come_in_their_order_and_as_often_as_they_stand_in_the_block()
    {
        var value = IpldMap.Of(("b", IpldList.Of(One, 1, IpldList.Of("x", Two, new byte[] { 7 }))), ("aa", IpldMap.Of(("c", One))), ("a", 2.5));
        Assert.Equal([One, Two, One], DagLinks.Of(DagCbor.ToBlock(value)));
        Assert.Equal([One, One, Two], DagLinks.Of(DagJson.ToBlock(value)));
        var node = DagPb.Encode(new DagPbNode { Links = [new(Two, "b"), new(One, "a"), new(One, "c")], Data = new byte[] { 1 } });
        Assert.Equal([One, Two, One], DagLinks.Of(NameOf(Multicodec.DagPb), node));
    }

    [Theory]
    [InlineData(Multicodec.Raw)]
    [InlineData(Multicodec.Cbor)]
    [InlineData(Multicodec.Json)]
    [InlineData(Multicodec.Libp2pKey)]
    public void Bytes_that_are_no_DAG_have_none(Multicodec codec)
    {
        Assert.True(DagLinks.CanRead(codec));
        Assert.Empty(DagLinks.Of(NameOf(codec), Convert.FromHexString(LinkHex)));
    }

    [Fact]
    public void Of_codecs_that_are_not_known_nothing_is_said()
    {
        Assert.False(DagLinks.CanRead(Multicodec.DagJose));
        Assert.Equal(IpfsError.NotSupported, Assert.Throws<IpfsException>(() => DagLinks.Of(NameOf(Multicodec.DagJose), new byte[] { 0x80 })).Error);
    }

    [Fact]
    public void A_block_has_only_so_many_links()
    {
        var inline = Cid.Parse("bafkqaaa");
        IpldValue Of(int count) => IpldList.Of([.. Enumerable.Repeat((IpldValue)inline, count)]);
        Assert.Equal(DagLinks.MaxLinks, DagLinks.Of(DagCbor.ToBlock(Of(DagLinks.MaxLinks))).Count);
        Assert.Equal(DagLinks.MaxLinks, DagLinks.Of(DagJson.ToBlock(Of(DagLinks.MaxLinks))).Count);
        Assert.Contains("links", Assert.Throws<IpfsException>(() => DagLinks.Of(DagCbor.ToBlock(Of(DagLinks.MaxLinks + 1)))).Message, StringComparison.Ordinal);
        Assert.Contains("links", Assert.Throws<IpfsException>(() => DagLinks.Of(DagJson.ToBlock(Of(DagLinks.MaxLinks + 1)))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9800" + "", 0)]
    [InlineData("a2" + "6162" + LinkHex + "6161" + LinkHex, 2)]
    [InlineData("a2" + "6161" + LinkHex + "6161" + LinkHex, 2)]
    [InlineData("84" + "f93c00" + "f97e00" + "f7" + "1800", 0)]
    [InlineData("82" + "d9002a" + "582500" + "01551220b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9" + "61ff", 1)]
    public void Blocks_of_looser_writers_lead_to_their_links(string hex, int links)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.False(DagCbor.TryDecode(bytes, out _, out _));
        Assert.Equal(Enumerable.Repeat(One, links), DagLinks.Of(NameOf(Multicodec.DagCbor), bytes));
    }

    [Theory]
    [InlineData(Multicodec.DagCbor, "")]
    [InlineData(Multicodec.DagCbor, "0000")]
    [InlineData(Multicodec.DagCbor, "9b00ffffffffffffff")]
    [InlineData(Multicodec.DagCbor, "d82a4200ff")]
    [InlineData(Multicodec.DagCbor, "c100")]
    [InlineData(Multicodec.DagCbor, "9fff")]
    [InlineData(Multicodec.DagJson, "")]
    [InlineData(Multicodec.DagJson, "7b222f223a2261227d")]
    [InlineData(Multicodec.DagJson, "5b5d5b5d")]
    [InlineData(Multicodec.DagPb, "1200")]
    public void Bytes_that_are_not_what_the_codec_asks_for_are_refused(Multicodec codec, string hex) =>
        Assert.Equal(IpfsError.Malformed, Assert.Throws<IpfsException>(() => DagLinks.Of(NameOf(codec), Convert.FromHexString(hex))).Error);

    [Fact]
    public void Lists_as_deep_as_a_block_is_long_are_scanned_without_a_stack()
    {
        var deep = Enumerable.Repeat((byte)0x81, 2_000_000).Concat(Convert.FromHexString(LinkHex)).ToArray();
        Assert.Equal([One], DagLinks.Of(NameOf(Multicodec.DagCbor), deep));
        var json = Encoding.UTF8.GetBytes(new string('[', 2_000_000));
        Assert.Throws<IpfsException>(() => DagLinks.Of(NameOf(Multicodec.DagJson), json));
    }

    private static Cid NameOf(Multicodec codec) => Cid.CreateV1(codec, One.Hash);
}
