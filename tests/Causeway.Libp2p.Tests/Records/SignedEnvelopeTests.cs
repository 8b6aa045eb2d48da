using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Records;
using Causeway.Libp2p.Records.Wire;
using Google.Protobuf;

namespace Causeway.Libp2p.Tests.Records;

public sealed class SignedEnvelopeTests
{
    private static readonly byte[] Type = [0x12, 0x34];

    [Theory]
    [InlineData(KeyType.Ed25519)]
    [InlineData(KeyType.Secp256k1)]
    [InlineData(KeyType.Ecdsa)]
    [InlineData(KeyType.Rsa)]
    public void A_sealed_payload_comes_out_with_its_signer(KeyType keyType)
    {
        using var key = PrivateKey.Generate(keyType);
        var sealed_ = SignedEnvelope.Seal(key, "domain", Type, "payload"u8);
        Assert.True(SignedEnvelope.TryOpen(sealed_, "domain", out var envelope));
        Assert.Equal("payload"u8.ToArray(), envelope.Payload.ToArray());
        Assert.Equal(Type, envelope.PayloadType.ToArray());
        Assert.Equal(key.PublicKey, envelope.Key);
    }

    [Fact]
    public void The_signature_covers_exactly_what_RFC_0002_lists()
    {
        using var key = PrivateKey.Generate();
        var payload = new byte[200];
        var wire = Envelope.Parser.ParseFrom(SignedEnvelope.Seal(key, "abc", Type, payload));

        // varint length and bytes of domain, type and payload; 200 is c8 01.
        byte[] signed = [3, (byte)'a', (byte)'b', (byte)'c', 2, 0x12, 0x34, 0xC8, 0x01, .. payload];
        Assert.True(key.PublicKey.Verify(signed, wire.Signature.Span));
        Assert.Equal(key.PublicKey.ToProtobuf(), wire.PublicKey.ToByteArray());
    }

    [Fact]
    public void A_signature_is_not_valid_in_another_domain()
    {
        using var key = PrivateKey.Generate();
        Assert.False(SignedEnvelope.TryOpen(SignedEnvelope.Seal(key, "domain", Type, "payload"u8), "other", out _));
    }

    [Fact]
    public void Any_changed_part_makes_it_invalid()
    {
        using var key = PrivateKey.Generate();
        using var other = PrivateKey.Generate();
        var good = Envelope.Parser.ParseFrom(SignedEnvelope.Seal(key, "domain", Type, "payload"u8));
        AssertInvalid(e => e.Payload = ByteString.CopyFromUtf8("paylaod"));
        AssertInvalid(e => e.PayloadType = ByteString.CopyFrom(0x12));
        AssertInvalid(e => e.Signature = ByteString.Empty);
        AssertInvalid(e => e.PublicKey = ByteString.CopyFrom(other.PublicKey.ToProtobuf()));
        AssertInvalid(e => e.PublicKey = ByteString.Empty);
        AssertInvalid(e => (e.PayloadType, e.Payload) = (ByteString.CopyFrom(0x12), ByteString.CopyFrom([0x34, .. "payload"u8])));

        void AssertInvalid(Action<Envelope> change)
        {
            var changed = good.Clone();
            change(changed);
            Assert.False(SignedEnvelope.TryOpen(changed.ToByteArray(), "domain", out _));
        }
    }

    [Fact]
    public void An_oversized_envelope_is_not_looked_at()
    {
        using var key = PrivateKey.Generate();
        Assert.False(SignedEnvelope.TryOpen(SignedEnvelope.Seal(key, "domain", Type, new byte[SignedEnvelope.MaxSize]), "domain", out _));
    }

    [Fact]
    public void Damaged_envelopes_never_open_and_never_throw()
    {
        using var key = PrivateKey.Generate();
        var good = SignedEnvelope.Seal(key, "domain", Type, "payload"u8);
        var random = new Random(20);
        for (var i = 0; i < Soak.Count(20_000, 1_000_000); i++)
        {
            var damaged = Mutate(good, random);
            if (damaged.AsSpan().SequenceEqual(good)) continue;
            if (!SignedEnvelope.TryOpen(damaged, "domain", out var envelope)) continue;

            // Some damage does not touch what is signed: fields that nobody knows, or the same content encoded in another way.
            Assert.Equal("payload"u8.ToArray(), envelope.Payload.ToArray());
            Assert.Equal(key.PublicKey, envelope.Key);
        }
    }

    internal static byte[] Mutate(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2 when at < bytes.Count:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
