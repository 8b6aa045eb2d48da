using System.Security.Cryptography;
using Causeway.Cryptography.Agreement;
using Causeway.Cryptography.Hybrid;
using Causeway.Cryptography.Kdf;
using Causeway.Cryptography.PostQuantum;

namespace Causeway.Cryptography.Tests.Hybrid;

public sealed class HybridKeyExchangeTests
{
    private static readonly byte[] Context = new byte[64];

    [Fact]
    public void Both_sides_have_the_same_secret()
    {
        using var initiator = X25519PrivateKey.Generate();
        using var responder = HybridEphemeralKey.Generate();
        byte[] ciphertext = new byte[1568], one = new byte[64], two = new byte[64];
        HybridKeyExchange.Initiate(initiator, responder.X25519PublicKey.Span, responder.EncapsulationKey, Context, ciphertext, one);
        responder.Respond(ciphertext, initiator.PublicKey.Span, Context, two);
        Assert.Equal(one, two);
        Assert.True(one.AsSpan().ContainsAnyExcept((byte)0));

        // Anything else leads elsewhere.
        responder.Respond(ciphertext, initiator.PublicKey.Span, [.. Context[1..], 1], two);
        Assert.NotEqual(one, two);
        ciphertext[7] ^= 1;
        responder.Respond(ciphertext, initiator.PublicKey.Span, Context, two);
        Assert.NotEqual(one, two);
    }

    [Fact]
    public void The_combination_is_what_the_documentation_says()
    {
        byte[] kem = Filled(32, 1), dh = Filled(32, 2), ciphertext = Filled(1568, 3), key = Filled(1568, 4), initiator = Filled(32, 5), responder = Filled(32, 6);
        byte[] hash = SHA512.HashData([.. ciphertext, .. key, .. initiator, .. responder]);
        byte[] expected = HKDF.Extract(HashAlgorithmName.SHA512, [.. kem, .. dh, .. hash], "context"u8.ToArray()), actual = new byte[64];
        HybridSecret.Combine(kem, dh, ciphertext, key, initiator, responder, "context"u8, actual);
        Assert.Equal(expected, actual);

        byte[] output = new byte[100];
        HkdfSha512.Expand(actual, "info"u8, output);
        Assert.Equal(HKDF.Expand(HashAlgorithmName.SHA512, expected, 100, "info"u8.ToArray()), output);
    }

    [Fact]
    public void Every_input_counts()
    {
        byte[][] inputs = [Filled(32, 1), Filled(32, 2), Filled(1568, 3), Filled(1568, 4), Filled(32, 5), Filled(32, 6), Filled(64, 7)];
        var seen = new HashSet<string> { Combine(inputs) };
        foreach (var input in inputs)
        {
            foreach (var at in new[] { 0, input.Length - 1 })
            {
                input[at] ^= 0x80;
                Assert.True(seen.Add(Combine(inputs)));
                input[at] ^= 0x80;
            }
        }

        Assert.False(seen.Add(Combine(inputs)));
    }

    [Fact]
    public void Keys_of_small_order_are_refused()
    {
        // RFC 7748, section 6.1: 0 and 1 are points of small order.
        byte[] zero = new byte[32], one = [1, .. new byte[31]], ciphertext = new byte[1568], secret = new byte[64];
        using var initiator = X25519PrivateKey.Generate();
        using var responder = HybridEphemeralKey.Generate();
        foreach (var point in new[] { zero, one })
        {
            Assert.Throws<CryptographicException>(() => HybridKeyExchange.Initiate(initiator, point, responder.EncapsulationKey, Context, ciphertext, secret));
            Assert.Throws<CryptographicException>(() => responder.Respond(ciphertext, point, Context, secret));
        }

        Assert.Throws<CryptographicException>(() => HybridSecret.Combine(Filled(32, 1), zero, ciphertext, ciphertext, one, one, Context, secret));
        Assert.False(secret.AsSpan().ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        byte[][] inputs = [Filled(32, 1), Filled(32, 2), Filled(1568, 3), Filled(1568, 4), Filled(32, 5), Filled(32, 6)];
        for (var i = 0; i < inputs.Length; i++)
        {
            byte[][] shorter = [.. inputs], longer = [.. inputs];
            shorter[i] = inputs[i][1..];
            longer[i] = [.. inputs[i], 0];
            Assert.Throws<CryptographicException>(() => Combine([.. shorter, Context]));
            Assert.Throws<CryptographicException>(() => Combine([.. longer, Context]));
        }

        using var initiator = X25519PrivateKey.Generate();
        using var responder = HybridEphemeralKey.Generate();
        Assert.Throws<CryptographicException>(() => responder.Respond(new byte[1567], initiator.PublicKey.Span, Context, new byte[64]));
        Assert.Throws<CryptographicException>(() => responder.Respond(new byte[1569], initiator.PublicKey.Span, Context, new byte[64]));
        Assert.Throws<ArgumentException>(() => responder.Respond(new byte[1568], initiator.PublicKey.Span, Context, new byte[63]));
        Assert.Throws<ArgumentException>(() => HybridKeyExchange.Initiate(
            initiator, responder.X25519PublicKey.Span, responder.EncapsulationKey, Context, new byte[MlKem1024EncapsulationKey.CiphertextSize - 1], new byte[64]));
    }

    private static byte[] Filled(int length, byte value) => [.. Enumerable.Repeat(value, length)];

    private static string Combine(byte[][] inputs)
    {
        var secret = new byte[64];
        HybridSecret.Combine(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5], inputs[6], secret);
        return Convert.ToHexString(secret);
    }
}
