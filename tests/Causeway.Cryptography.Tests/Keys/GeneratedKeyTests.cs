using System.Security.Cryptography;
using Causeway.Cryptography.Keys;

namespace Causeway.Cryptography.Tests.Keys;

public sealed class GeneratedKeyTests
{
    public static TheoryData<KeyType> Types => [.. Enum.GetValues<KeyType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_generated_key_survives_its_encoding(KeyType type)
    {
        using var key = PrivateKey.Generate(type);
        using var read = PrivateKey.FromProtobuf(key.ToProtobuf());

        Assert.Equal(type, key.Type);
        Assert.Equal(key.PublicKey, read.PublicKey);
        Assert.Equal(key.ToProtobuf(), read.ToProtobuf());
        Assert.True(key.PublicKey.Verify("m"u8, read.Sign("m"u8)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Two_generated_keys_differ(KeyType type)
    {
        using PrivateKey one = PrivateKey.Generate(type), two = PrivateKey.Generate(type);
        Assert.NotEqual(one.PublicKey, two.PublicKey);
        Assert.False(one.PublicKey.Verify("m"u8, two.Sign("m"u8)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_altered_bit_of_a_signature_makes_it_invalid(KeyType type)
    {
        using var key = PrivateKey.Generate(type);
        var signature = key.Sign("message"u8);
        for (var bit = 0; bit < signature.Length * 8; bit += type == KeyType.Rsa ? 7 : 1)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.PublicKey.Verify("message"u8, signature), $"bit {bit}");
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(key.PublicKey.Verify("message"u8, signature));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Signatures_of_other_lengths_are_invalid(KeyType type)
    {
        using var key = PrivateKey.Generate(type);
        var signature = key.Sign("message"u8);
        for (var length = 0; length < signature.Length; length++) Assert.False(key.PublicKey.Verify("message"u8, signature.AsSpan(0, length)));
        Assert.False(key.PublicKey.Verify("message"u8, [.. signature, 0]));
        Assert.False(key.PublicKey.Verify("message"u8, new byte[100_000]));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_disposed_key_neither_signs_nor_shows_itself_but_its_public_half_stays(KeyType type)
    {
        var key = PrivateKey.Generate(type);
        var signature = key.Sign("m"u8);
        key.Dispose();
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Sign("m"u8));
        Assert.Throws<ObjectDisposedException>(key.ToProtobuf);
        Assert.True(key.PublicKey.Verify("m"u8, signature));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_destination_that_is_too_short_is_refused(KeyType type)
    {
        using var key = PrivateKey.Generate(type);
        Assert.Throws<ArgumentException>(() => key.Sign("m"u8, new byte[key.MaxSignatureSize - 1]));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Many_threads_share_one_key(KeyType type)
    {
        using var key = PrivateKey.Generate(type);
        var work = Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                byte[] message = [(byte)thread, (byte)i];
                if (!key.PublicKey.Verify(message, key.Sign(message))) throw new CryptographicException("A signature is lost.");
            }
        }));
        await Task.WhenAll(work);
    }
}
