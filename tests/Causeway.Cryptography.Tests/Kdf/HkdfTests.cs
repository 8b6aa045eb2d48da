using Causeway.Cryptography.Kdf;

namespace Causeway.Cryptography.Tests.Kdf;

public sealed class HkdfTests
{
    // RFC 5869, appendix A.1 and A.3.
    [Theory]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5", "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "", "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04", "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")]
    public void Outputs_are_those_of_RFC_5869(string input, string salt, string info, string pseudorandomKey, string output)
    {
        var extracted = new byte[32];
        Hkdf.Extract(Convert.FromHexString(salt), Convert.FromHexString(input), extracted);
        Assert.Equal(pseudorandomKey, Convert.ToHexStringLower(extracted));

        var expanded = new byte[output.Length / 2];
        Hkdf.Expand(extracted, Convert.FromHexString(info), expanded);
        Assert.Equal(output, Convert.ToHexStringLower(expanded));

        var derived = new byte[output.Length / 2];
        Hkdf.DeriveKey(Convert.FromHexString(input), Convert.FromHexString(salt), Convert.FromHexString(info), derived);
        Assert.Equal(expanded, derived);
    }

    [Fact]
    public void Noise_outputs_are_an_expansion_with_empty_info()
    {
        byte[] chainingKey = new byte[32], input = [1, 2, 3], extracted = new byte[32], expected = new byte[96], actual = new byte[96];
        Hkdf.Extract(chainingKey, input, extracted);
        Hkdf.Expand(extracted, default, expected);

        Hkdf.DeriveThree(chainingKey, input, actual.AsSpan(0, 32), actual.AsSpan(32, 32), actual.AsSpan(64, 32));
        Assert.Equal(expected, actual);

        Hkdf.DeriveTwo(chainingKey, input, chainingKey, actual.AsSpan(32, 32));
        Assert.Equal(expected[..32], chainingKey);
        Assert.Equal(expected[32..64], actual[32..64]);
    }
}
