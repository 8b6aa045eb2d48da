using System.Formats.Asn1;
using System.Security.Cryptography;
using Causeway.Cryptography.Keys;

namespace Causeway.Cryptography.Tests.Keys;

public sealed class RsaTests
{
    private static readonly byte[] Usual = [1, 0, 1];

    [Fact]
    public void The_framework_s_RSA_agrees_about_signatures()
    {
        using var theirs = RSA.Create(2048);
        using var ours = PrivateKey.FromProtobuf(KeyProtobuf.Encode(KeyType.Rsa, theirs.ExportRSAPrivateKey()));
        Assert.Equal(theirs.ExportSubjectPublicKeyInfo(), ours.PublicKey.Raw.ToArray());
        Assert.Equal(theirs.SignData("m"u8, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), ours.Sign("m"u8));
        Assert.False(ours.PublicKey.Verify("m"u8, theirs.SignData("m"u8, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        Assert.False(ours.PublicKey.Verify("m"u8, theirs.SignData("m"u8, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)));
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(2040, false)]
    [InlineData(2048, true)]
    [InlineData(3072, true)]
    [InlineData(8192, true)]
    [InlineData(8200, false)]
    [InlineData(16384, false)]
    public void A_modulus_has_2048_to_8192_bits(int bits, bool allowed) => AssertReadable(allowed, Encode(Modulus(bits), Usual));

    [Theory]
    [InlineData("03", true)]
    [InlineData("010001", true)]
    [InlineData("7fffffff", true)]
    [InlineData("01", false)]
    [InlineData("00", false)]
    [InlineData("010000", false)]
    [InlineData("80000001", false)]
    [InlineData("0100000001", false)]
    public void An_exponent_is_odd_and_from_3_to_31_bits(string exponent, bool allowed) =>
        AssertReadable(allowed, Encode(Modulus(2048), Convert.FromHexString(exponent)));

    [Fact]
    public void An_even_modulus_is_refused()
    {
        var modulus = Modulus(2048);
        modulus[^1] = 2;
        AssertReadable(false, Encode(modulus, Usual));
    }

    [Fact]
    public void A_private_key_below_2048_bits_is_refused()
    {
        using var small = RSA.Create(1024);
        Assert.Throws<FormatException>(() => PrivateKey.FromProtobuf(KeyProtobuf.Encode(KeyType.Rsa, small.ExportRSAPrivateKey())));
    }

    [Fact]
    public void A_private_key_with_another_key_s_modulus_is_refused()
    {
        using RSA one = RSA.Create(2048), two = RSA.Create(2048);
        var mixed = one.ExportRSAPrivateKey();
        var modulus = one.ExportParameters(false).Modulus!;
        two.ExportParameters(false).Modulus!.CopyTo(mixed.AsSpan(mixed.AsSpan().IndexOf(modulus)));
        Assert.Throws<FormatException>(() => PrivateKey.FromProtobuf(KeyProtobuf.Encode(KeyType.Rsa, mixed)));
    }

    private static void AssertReadable(bool allowed, byte[] raw)
    {
        if (allowed) Assert.Equal(raw, PublicKey.FromRaw(KeyType.Rsa, raw).Raw.ToArray());
        else Assert.Throws<FormatException>(() => PublicKey.FromRaw(KeyType.Rsa, raw));
    }

    private static byte[] Modulus(int bits)
    {
        var modulus = new byte[bits / 8];
        new Random(bits).NextBytes(modulus);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        return modulus;
    }

    private static byte[] Encode(byte[] modulus, byte[] exponent)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteIntegerUnsigned(modulus);
            key.WriteIntegerUnsigned(exponent);
        }

        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence())
            {
                info.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                info.WriteNull();
            }

            info.WriteBitString(key.Encode());
        }

        return info.Encode();
    }
}
