using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.Keys;

namespace Causeway.Cryptography.Tests.Keys;

public sealed class EcdsaTests
{
    // RFC 6979, appendix A.2.5, with SHA-256.
    private const string Scalar = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
    private const string X = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
    private const string Y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

    [Theory]
    [InlineData("sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716", "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")]
    [InlineData("test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367", "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083")]
    public void Signatures_are_those_of_RFC_6979(string message, string r, string s)
    {
        using var key = Read(Scalar, X, Y);
        byte[] signature = key.Sign(Encoding.UTF8.GetBytes(message)), actualR = new byte[32], actualS = new byte[32];

        Assert.True(DerSignature.TryDecode(signature, actualR, actualS));
        Assert.Equal(r, Convert.ToHexStringLower(actualR));
        Assert.Equal(s, Convert.ToHexStringLower(actualS));
        Assert.True(key.PublicKey.Verify(Encoding.UTF8.GetBytes(message), signature));
    }

    [Fact]
    public void The_framework_s_ECDSA_and_ours_accept_each_other_s_signatures()
    {
        for (var i = 0; i < 20; i++)
        {
            using var theirs = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var ours = PrivateKey.FromProtobuf(KeyProtobuf.Encode(KeyType.Ecdsa, theirs.ExportECPrivateKey()));
            byte[] message = [(byte)i];

            Assert.Equal(theirs.ExportSubjectPublicKeyInfo(), ours.PublicKey.Raw.ToArray());
            Assert.True(theirs.VerifyData(message, ours.Sign(message), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            Assert.True(ours.PublicKey.Verify(message, theirs.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
        }
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void A_private_key_of_zero_or_beyond_the_order_is_refused(string scalar) => Assert.Throws<FormatException>(() => Read(scalar, X, Y));

    [Fact]
    public void A_public_key_off_the_curve_is_refused()
    {
        using var key = Read(Scalar, X, Y);
        var raw = key.PublicKey.Raw.ToArray();
        raw[^1] ^= 1;
        Assert.Throws<FormatException>(() => PublicKey.FromRaw(KeyType.Ecdsa, raw));
    }

    private static PrivateKey Read(string scalar, string x, string y) => PrivateKey.FromProtobuf(
        KeyProtobuf.Encode(KeyType.Ecdsa, Convert.FromHexString("30770201010420" + scalar + "a00a06082a8648ce3d030107a14403420004" + x + y)));
}
