using Causeway.Cryptography.Keys;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Cryptography.Tests.Keys;

public sealed class DerSignatureTests
{
    [Theory]
    [InlineData("3006020101020101", true)]
    [InlineData("300702010102020080", true)]
    [InlineData("3006020100020101", false)] // r is zero.
    [InlineData("3006020181020101", false)] // r is negative.
    [InlineData("30070202000102 0101", false)] // r is not minimal.
    [InlineData("308106020101020101", false)] // A long length for a short one.
    [InlineData("3080020101020101", false)] // An indefinite length.
    [InlineData("300602010102010100", false)] // One byte behind it.
    [InlineData("3007020101020101", false)] // A length beyond the end.
    [InlineData("3003020101", false)] // No s.
    [InlineData("30050201010200", false)] // s without content.
    [InlineData("3006020101030101", false)] // s is a bit string.
    [InlineData("3106020101020101", false)] // A set.
    [InlineData("300902010102010102 0101", false)] // A third integer.
    [InlineData("", false)]
    public void Only_the_one_encoding_is_read(string hex, bool valid) =>
        Assert.Equal(valid, DerSignature.TryDecode(Convert.FromHexString(hex.Replace(" ", "")), new byte[32], new byte[32]));

    [Fact]
    public void An_integer_of_33_bytes_whose_value_has_33_is_refused() =>
        Assert.False(DerSignature.TryDecode([0x30, 38, 0x02, 33, 1, .. new byte[32], 0x02, 1, 1], new byte[32], new byte[32]));

    [Fact]
    public void What_is_encoded_is_decoded()
    {
        var scalar = ArbMap.Default.GeneratorFor<byte>().ArrayOf(32).Where(bytes => bytes.Any(b => b != 0));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Soak.Count(500, 20_000)), Prop.ForAll(scalar.Two().ToArbitrary(), pair =>
        {
            byte[] encoded = new byte[DerSignature.MaxSize], r = new byte[32], s = new byte[32];
            var length = DerSignature.Encode(pair.Item1, pair.Item2, encoded);
            return DerSignature.TryDecode(encoded.AsSpan(0, length), r, s) && r.AsSpan().SequenceEqual(pair.Item1) && s.AsSpan().SequenceEqual(pair.Item2);
        }));
    }

    [Fact]
    public void Whatever_is_decoded_encodes_as_it_was()
    {
        var random = new Random(20);
        byte[] r = new byte[32], s = new byte[32], again = new byte[DerSignature.MaxSize];
        var accepted = 0;
        for (var i = 0; i < Soak.Count(200_000, 1_000_000); i++)
        {
            var input = Mutation.Of(random, [0x30, 69, 0x02, 32, 1, .. new byte[31], 0x02, 33, 0, 0x80, .. new byte[31]]);
            if (!DerSignature.TryDecode(input, r, s)) continue;
            accepted++;
            Assert.Equal(input, again[..DerSignature.Encode(r, s, again)]);
        }

        Assert.NotEqual(0, accepted);
    }
}
