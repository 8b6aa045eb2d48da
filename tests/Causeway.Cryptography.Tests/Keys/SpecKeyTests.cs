using Causeway.Cryptography.Keys;

namespace Causeway.Cryptography.Tests.Keys;

public sealed class SpecKeyTests
{
    public static TheoryData<KeyType, string, string> Pairs => new()
    {
        { KeyType.Rsa, SpecKeys.RsaPrivate, SpecKeys.RsaPublic },
        { KeyType.Ed25519, SpecKeys.Ed25519Private, SpecKeys.Ed25519Public },
        { KeyType.Secp256k1, SpecKeys.Secp256k1Private, SpecKeys.Secp256k1Public },
        { KeyType.Ecdsa, SpecKeys.EcdsaPrivate, SpecKeys.EcdsaPublic },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_spec_s_private_key_gives_its_public_key_and_both_encode_as_they_were(KeyType type, string privateKey, string publicKey)
    {
        using var key = PrivateKey.FromProtobuf(Convert.FromHexString(privateKey));

        Assert.Equal(type, key.Type);
        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey.ToProtobuf()));
        Assert.Equal(privateKey, Convert.ToHexStringLower(key.ToProtobuf()));
        Assert.Equal(key.PublicKey, PublicKey.FromProtobuf(Convert.FromHexString(publicKey)));
        Assert.Equal(key.PublicKey, PublicKey.FromRaw(type, key.PublicKey.Raw.Span));
        Assert.Equal(key.PublicKey.GetHashCode(), PublicKey.FromProtobuf(Convert.FromHexString(publicKey)).GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_signature_by_the_private_key_verifies_with_the_public_key_alone(KeyType type, string privateKey, string publicKey)
    {
        using var key = PrivateKey.FromProtobuf(Convert.FromHexString(privateKey));
        var alone = PublicKey.FromProtobuf(Convert.FromHexString(publicKey));

        var signature = key.Sign("message"u8);
        Assert.InRange(signature.Length, 64, key.MaxSignatureSize);
        Assert.True(alone.Verify("message"u8, signature));
        Assert.False(alone.Verify("massage"u8, signature));
        Assert.True(alone.Verify(""u8, key.Sign(""u8)));
        Assert.Equal(type, alone.Type);
    }

    [Fact]
    public void Keys_of_different_types_are_not_equal()
    {
        var keys = Pairs.Select(pair => PublicKey.FromProtobuf(Convert.FromHexString(pair.Data.Item3))).ToArray();
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.False(keys[0].Equals(null));
    }
}
