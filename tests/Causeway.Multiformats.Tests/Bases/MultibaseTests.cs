using FsCheck.Fluent;
using Xunit;

namespace Causeway.Multiformats.Tests.Bases;

public sealed class MultibaseTests
{
    public static TheoryData<MultibaseEncoding> Encodings => [.. Enum.GetValues<MultibaseEncoding>().Where(e => e != MultibaseEncoding.None)];

    [Theory]
    [InlineData("")]
    [InlineData("?abc")]
    [InlineData("\0abc")]
    [InlineData("\ud83d")]
    [InlineData("f0")]
    [InlineData("f0g")]
    [InlineData("b1")]
    [InlineData("bpr")]
    [InlineData("bpqa")]
    [InlineData("bpq======")]
    [InlineData("cpq")]
    [InlineData("cpq=====")]
    [InlineData("cpq======c")]
    [InlineData("c========")]
    [InlineData("cpq==============")]
    [InlineData("hYB")]
    [InlineData("mA")]
    [InlineData("mAB")]
    [InlineData("mAA==")]
    [InlineData("m-_8")]
    [InlineData("u+/8")]
    [InlineData("MAA")]
    [InlineData("MAA=")]
    [InlineData("MAA===")]
    [InlineData("z0")]
    [InlineData("zl")]
    [InlineData("zI")]
    [InlineData("z é")]
    [InlineData("Z0")]
    [InlineData("9a")]
    [InlineData("9-1")]
    [InlineData("k_")]
    [InlineData("000000001 ")]
    [InlineData("00000000")]
    [InlineData("78")]
    [InlineData("77")]
    [InlineData("🚀a")]
    [InlineData("🚀🦖")]
    public void Texts_that_are_malformed_or_not_canonical_are_refused(string text)
    {
        Assert.False(Multibase.TryDecode(text, out var bytes, out _));
        Assert.Null(bytes);
        Assert.Throws<FormatException>(() => Multibase.Decode(text, out _));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Every_byte_string_comes_back_and_has_one_text(MultibaseEncoding encoding) => Properties.Check(
        Prop.ForAll<byte[], byte>((tail, zeros) =>
        {
            byte[] bytes = [.. new byte[zeros % 5], .. tail];
            var text = Multibase.Encode(bytes, encoding);
            return Multibase.TryDecode(text, out var back, out var found) && found == encoding && bytes.AsSpan().SequenceEqual(back);
        }),
        share: 500);

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Nothing_encodes_to_the_bare_prefix(MultibaseEncoding encoding)
    {
        Assert.Equal(char.ConvertFromUtf32((int)encoding), Multibase.Encode([], encoding));
        Assert.Empty(Multibase.Decode(char.ConvertFromUtf32((int)encoding), out _));
    }

    [Theory]
    [InlineData(MultibaseEncoding.Base58Btc, 1024)]
    [InlineData(MultibaseEncoding.Base10, 1024)]
    [InlineData(MultibaseEncoding.Base256Emoji, 1 << 16)]
    [InlineData(MultibaseEncoding.Base64Pad, 1 << 20)]
    [InlineData(MultibaseEncoding.Base2, 1 << 20)]
    public void Lengths_are_bounded(MultibaseEncoding encoding, int limit)
    {
        foreach (var fill in new byte[] { 0x00, 0xff })
        {
            var bytes = new byte[limit];
            bytes.AsSpan().Fill(fill);
            Assert.Equal(bytes, Multibase.Decode(Multibase.Encode(bytes, encoding), out _));
        }

        Assert.Throws<ArgumentException>(() => Multibase.Encode(new byte[limit + 1], encoding));
        var zero = Multibase.Encode([0], encoding)[^1..];
        Assert.False(Multibase.TryDecode(char.ConvertFromUtf32((int)encoding) + new string(zero[0], limit * 9), out _, out _));
    }

    [Fact]
    public void An_unknown_encoding_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Multibase.Encode([1], (MultibaseEncoding)'!'));
}
