using Causeway.Cryptography.Keys;

namespace Causeway.Cryptography.Tests.Keys;

public sealed class KeyDecoderTests
{
    private const string Seed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string Public = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";

    [Theory]
    [InlineData("")]
    [InlineData("0801")]
    [InlineData("080112")]
    [InlineData("08011220")]
    [InlineData("1220" + Public + "0801")] // The fields in the wrong order.
    [InlineData("1220" + Public)] // No type.
    [InlineData("08041220" + Public)] // A type that does not exist.
    [InlineData("0881001220" + Public)] // The type's varint is not minimal.
    [InlineData("080112a000" + Public)] // The length's varint is not minimal.
    [InlineData("08011220" + Public + "1801")] // An unknown field.
    [InlineData("08011220" + Public + "00")] // A byte behind it.
    [InlineData("08011221" + Public)] // Announced and not there.
    [InlineData("0801121f" + Public)] // There and not announced.
    [InlineData("08011221" + Public + "00")] // One byte more than a key has.
    [InlineData("080112ffffffff0f" + Public)] // A length of 4 GiB.
    [InlineData("080112ff7f")] // A length beyond the bound.
    [InlineData("080012020500")] // RSA in no PKIX form.
    [InlineData("0803125b" + Public)]
    public void A_public_key_has_one_encoding(string encoded) =>
        Assert.Throws<FormatException>(() => PublicKey.FromProtobuf(Convert.FromHexString(encoded)));

    [Fact]
    public void The_older_form_of_an_Ed25519_key_is_read_and_written_in_the_newer()
    {
        using var key = PrivateKey.FromProtobuf(Convert.FromHexString("08011260" + Seed + Public + Public));
        Assert.Equal("08011240" + Seed + Public, Convert.ToHexStringLower(key.ToProtobuf()));
    }

    [Theory]
    [InlineData("08011240" + Seed + Seed)]
    [InlineData("08011260" + Seed + Public + Seed)]
    [InlineData("08011260" + Seed + Seed + Public)]
    [InlineData("08011260" + Seed + Seed + Seed)]
    [InlineData("08011220" + Seed)]
    [InlineData("08011280012222")]
    public void A_private_key_whose_public_half_is_missing_or_foreign_is_refused(string encoded) =>
        Assert.Throws<FormatException>(() => PrivateKey.FromProtobuf(Convert.FromHexString(encoded)));

    [Fact]
    public void A_P256_key_whose_public_half_is_foreign_is_refused()
    {
        var encoded = Convert.FromHexString(SpecKeys.EcdsaPrivate);
        using var other = PrivateKey.Generate(KeyType.Ecdsa);
        other.PublicKey.Raw.Span[^64..].CopyTo(encoded.AsSpan(encoded.Length - 64));
        Assert.Throws<FormatException>(() => PrivateKey.FromProtobuf(encoded));
    }

    [Fact]
    public void An_RSA_key_with_something_behind_it_is_refused()
    {
        using var key = PrivateKey.FromProtobuf(Convert.FromHexString(SpecKeys.RsaPrivate));
        Assert.Throws<FormatException>(() => PrivateKey.FromProtobuf(KeyProtobuf.Encode(KeyType.Rsa, [.. key.ExportRaw(), 0])));
    }

    [Theory]
    [InlineData(KeyType.Ed25519, 100_000)]
    [InlineData(KeyType.Secp256k1, 20_000)]
    [InlineData(KeyType.Ecdsa, 20_000)]
    [InlineData(KeyType.Rsa, 20_000)]
    public void Any_bytes_are_a_public_key_that_encodes_as_it_was_or_a_format_error(KeyType type, int share)
    {
        using var key = PrivateKey.Generate(type);
        Fuzz(key.PublicKey.ToProtobuf(), Soak.Count(share, 1_000_000), seed: 1, static input => PublicKey.FromProtobuf(input).ToProtobuf());
    }

    [Theory]
    [InlineData(KeyType.Ed25519, 20_000)]
    [InlineData(KeyType.Secp256k1, 2_000)]
    [InlineData(KeyType.Ecdsa, 5_000)]
    [InlineData(KeyType.Rsa, 300)]
    public void Any_bytes_are_a_private_key_that_encodes_as_it_was_or_a_format_error(KeyType type, int share)
    {
        // Reading an RSA key takes a signature, about 1 ms, so even a full run has fewer of them. Private keys never come from the network.
        using var key = PrivateKey.Generate(type);
        Fuzz(key.ToProtobuf(), Soak.Count(share, type == KeyType.Rsa ? 100_000 : 1_000_000), seed: 2, static input =>
        {
            using var read = PrivateKey.FromProtobuf(input);
            return read.ToProtobuf();
        });
    }

    private static void Fuzz(byte[] valid, int count, int seed, Func<byte[], byte[]> decodeAndEncode)
    {
        Assert.Equal(valid, decodeAndEncode(valid));
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var input = Mutation.Of(random, valid);
            byte[] encoded;
            try
            {
                encoded = decodeAndEncode(input);
            }
            catch (FormatException)
            {
                continue;
            }

            Assert.Equal(input, encoded);
        }
    }
}
