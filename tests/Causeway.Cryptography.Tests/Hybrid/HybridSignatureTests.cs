using System.Security.Cryptography;
using System.Text;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Keys;
using Causeway.Cryptography.PostQuantum;
using Causeway.Cryptography.Tests.PostQuantum;

namespace Causeway.Cryptography.Tests.Hybrid;

public sealed class HybridSignatureTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];
    private static readonly byte[] Message = "a message"u8.ToArray();

    [Fact]
    public void A_signature_holds_for_its_key_label_and_message_only()
    {
        using HybridSigningKey key = HybridSigningKey.FromSeed(Seed), other = HybridSigningKey.Generate();
        var signature = key.Sign("label"u8, Message);
        Assert.Equal(4691, signature.Length);
        Assert.True(key.PublicKey.Verify("label"u8, Message, signature));
        Assert.False(key.PublicKey.Verify("labem"u8, Message, signature));
        Assert.False(key.PublicKey.Verify("labela"u8, Message.AsSpan(1), signature));
        Assert.False(key.PublicKey.Verify("label"u8, [.. Message, 0], signature));
        Assert.False(key.PublicKey.Verify("label"u8, default, signature));
        Assert.False(other.PublicKey.Verify("label"u8, Message, signature));
        Assert.False(key.PublicKey.Verify("label"u8, Message, signature.AsSpan(0, 4690)));
        Assert.False(key.PublicKey.Verify("label"u8, Message, [.. signature, 0]));
        Assert.False(key.PublicKey.Verify("label"u8, Message, default));
    }

    [Fact]
    public void The_parts_are_what_the_documentation_says()
    {
        using var key = HybridSigningKey.FromSeed(Seed);
        using var mlDsa = MlDsa87PrivateKey.FromSeed(Seed.AsSpan(0, 32));
        using var ed25519 = Ed25519PrivateKey.FromSeed(Seed.AsSpan(32));
        byte[] publicKey = [.. mlDsa.PublicKey.ToBytes(), .. ed25519.PublicKey.Raw.Span];
        Assert.Equal(2624, publicKey.Length);
        Assert.Equal(publicKey, key.PublicKey.ToBytes());
        Assert.Equal(SHA256.HashData(publicKey), key.PublicKey.Fingerprint.ToArray());

        byte[] signed = [.. Encoding.ASCII.GetBytes("causeway hybrid signature 1"), .. SHA256.HashData(publicKey), 5, .. "label"u8, .. Message];
        var signature = new byte[4691];
        key.Sign("label"u8, Message, signature, new FixedRandomSource(new byte[32]));
        var expected = new byte[4627];
        mlDsa.SignDeterministic(signed, "label"u8, expected);
        Assert.Equal(expected, signature[..4627]);
        Assert.Equal(ed25519.Sign(signed), signature[4627..]);
    }

    [Fact]
    public void Either_half_alone_is_not_enough()
    {
        using HybridSigningKey key = HybridSigningKey.FromSeed(Seed), other = HybridSigningKey.Generate();
        byte[] good = key.Sign("label"u8, Message), again = key.Sign("label"u8, Message), foreign = other.Sign("label"u8, Message);
        Assert.NotEqual(good, again);

        // Two good signatures of the same message may be mixed; a half of another key's may not.
        Assert.True(key.PublicKey.Verify("label"u8, Message, [.. good[..4627], .. again[4627..]]));
        Assert.False(key.PublicKey.Verify("label"u8, Message, [.. good[..4627], .. foreign[4627..]]));
        Assert.False(key.PublicKey.Verify("label"u8, Message, [.. foreign[..4627], .. good[4627..]]));
    }

    [Fact]
    public void A_half_cannot_move_to_a_key_that_shares_it()
    {
        // Somebody publishes our Ed25519 key beside an ML-DSA key of their own, and the other way round.
        using var key = HybridSigningKey.FromSeed(Seed);
        using var attacker = HybridSigningKey.Generate();
        var mixed = HybridPublicKey.Import([.. attacker.PublicKey.ToBytes()[..2592], .. key.PublicKey.ToBytes()[2592..]]);
        byte[] ours = key.Sign("label"u8, Message), theirs = attacker.Sign("label"u8, Message);
        Assert.False(mixed.Verify("label"u8, Message, [.. theirs[..4627], .. ours[4627..]]));
        mixed = HybridPublicKey.Import([.. key.PublicKey.ToBytes()[..2592], .. attacker.PublicKey.ToBytes()[2592..]]);
        Assert.False(mixed.Verify("label"u8, Message, [.. ours[..4627], .. theirs[4627..]]));
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        using var key = HybridSigningKey.FromSeed(Seed);
        var signature = key.Sign("label"u8, Message);
        var random = new Random(1);
        for (var i = 0; i < Soak.Count(60, 2000); i++)
        {
            var at = i < 20 ? signature.Length - 1 - (4 * i) : random.Next(signature.Length);
            var bit = (byte)(1 << random.Next(8));
            signature[at] ^= bit;
            Assert.False(key.PublicKey.Verify("label"u8, Message, signature), $"byte {at}, bit {bit}");
            signature[at] ^= bit;
        }

        Assert.True(key.PublicKey.Verify("label"u8, Message, signature));
    }

    [Fact]
    public void Keys_go_through_their_encodings()
    {
        using var key = HybridSigningKey.Generate();
        var seed = new byte[64];
        key.ExportSeed(seed);
        using var again = HybridSigningKey.FromSeed(seed);
        Assert.Equal(key.PublicKey, again.PublicKey);
        Assert.Equal(key.PublicKey.GetHashCode(), again.PublicKey.GetHashCode());
        var imported = HybridPublicKey.Import(key.PublicKey.Bytes.Span);
        Assert.Equal(key.PublicKey, imported);
        Assert.True(imported.Verify("l"u8, Message, again.Sign("l"u8, Message)));
        Assert.Equal(Convert.ToHexStringLower(key.PublicKey.Fingerprint.Span), imported.ToString());

        var changed = key.PublicKey.ToBytes();
        changed[^1] ^= 1;
        Assert.NotEqual(key.PublicKey, HybridPublicKey.Import(changed));
        Assert.False(key.PublicKey.Equals(null));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        using var key = HybridSigningKey.FromSeed(Seed);
        Assert.Throws<FormatException>(() => HybridSigningKey.FromSeed(new byte[63]));
        Assert.Throws<FormatException>(() => HybridSigningKey.FromSeed(new byte[65]));
        Assert.Throws<FormatException>(() => HybridPublicKey.Import(new byte[2623]));
        Assert.Throws<FormatException>(() => HybridPublicKey.Import(new byte[2625]));
        Assert.Throws<ArgumentException>(() => key.Sign("l"u8, Message, new byte[4690]));
        Assert.Throws<ArgumentException>(() => key.Sign(default, Message));
        Assert.Throws<ArgumentException>(() => key.Sign(new byte[256], Message));
        Assert.Throws<ArgumentException>(() => key.PublicKey.Verify(default, Message, new byte[4691]));
        Assert.Throws<ArgumentException>(() => key.ExportSeed(new byte[63]));
        Assert.True(key.PublicKey.Verify(new byte[255], Message, key.Sign(new byte[255], Message)));
    }

    [Fact]
    public void A_disposed_key_signs_no_more()
    {
        var key = HybridSigningKey.FromSeed(Seed);
        var signature = key.Sign("l"u8, Message);
        key.Dispose();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Sign("l"u8, Message));
        Assert.Throws<ObjectDisposedException>(() => key.ExportSeed(new byte[64]));
        Assert.True(key.PublicKey.Verify("l"u8, Message, signature));
    }
}
