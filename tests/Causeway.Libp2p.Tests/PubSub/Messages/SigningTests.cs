using Causeway.Cryptography.Keys;
using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.PubSub.Messages;

/// <summary>StrictSign (pubsub spec, "Message Signing").</summary>
public sealed class SigningTests
{
    private readonly ManualTimeProvider _clock = new();

    private static GossipMessage Parse(byte[] raw) => TestMessages.Publish(raw).Messages!.Single();

    private byte[] Sign(KeyType type = KeyType.Ed25519, string data = "hello")
    {
        using var key = PrivateKey.Generate(type);
        return new MessageSigner(PeerId.FromPublicKey(key.PublicKey), key, _clock).Create("news", System.Text.Encoding.UTF8.GetBytes(data)).Raw.ToArray();
    }

    [Theory]
    [InlineData(KeyType.Ed25519, false)]
    [InlineData(KeyType.Secp256k1, false)]
    [InlineData(KeyType.Ecdsa, true)]
    [InlineData(KeyType.Rsa, true)]
    public void What_we_sign_verifies_and_carries_the_key_where_the_id_does_not(KeyType type, bool hasKey)
    {
        var message = Parse(Sign(type));
        Assert.Equal(hasKey, message.Key.IsPresent);
        Assert.True(MessageVerifier.Verify(message));
        Assert.Equal(message.From.Of(message.Raw).ToArray(), message.Author!.Bytes.ToArray());
        Assert.True(MessageVerifier.Verify(Parse(message.Raw.ToArray())));
    }

    [Fact]
    public void Signed_is_the_prefix_and_the_message_without_signature_and_key()
    {
        using var key = PrivateKey.Generate();
        var author = PeerId.FromPublicKey(key.PublicKey);
        var message = new MessageSigner(author, key, _clock).Create("news", "hi"u8);
        byte[] text =
        [
            .. "libp2p-pubsub:"u8, 0x0a, (byte)author.Bytes.Length, .. author.Bytes.Span, 0x12, 2, .. "hi"u8,
            0x1a, 8, .. message.SequenceNumber.Of(message.Raw.Span), 0x22, 4, .. "news"u8,
        ];
        Assert.True(key.PublicKey.Verify(text, message.Signature.Of(message.Raw.Span)));
    }

    [Fact]
    public void An_embedded_key_that_the_id_has_already_is_accepted_as_javascript_sends_it()
    {
        var raw = Sign();
        var message = Parse(raw);
        var key = message.From.Of(message.Raw).ToArray()[2..];
        Assert.True(MessageVerifier.Verify(Parse([.. raw, 0x32, (byte)key.Length, .. key])));
    }

    [Fact]
    public void Another_key_than_the_authors_is_refused()
    {
        var raw = Sign();
        using var other = PrivateKey.Generate();
        var key = other.PublicKey.ToProtobuf();
        Assert.False(MessageVerifier.Verify(Parse([.. raw, 0x32, (byte)key.Length, .. key])));
    }

    [Fact]
    public void A_hashed_author_without_a_key_or_with_a_foreign_one_is_refused()
    {
        var raw = Sign(KeyType.Ecdsa);
        var message = Parse(raw);
        var withoutKey = raw[..message.Signature.End];
        Assert.False(MessageVerifier.Verify(Parse(withoutKey)));
        var foreign = Parse(Sign(KeyType.Ecdsa)).Key;
        using var other = PrivateKey.Generate(KeyType.Ecdsa);
        var key = other.PublicKey.ToProtobuf();
        Assert.False(MessageVerifier.Verify(Parse([.. withoutKey, 0x32, (byte)key.Length, .. key])));
        Assert.True(foreign.IsPresent);
    }

    [Fact]
    public void Every_flipped_bit_breaks_the_message()
    {
        var raw = Sign(data: "x");
        for (var i = 0; i < raw.Length * 8; i++)
        {
            var forged = raw.ToArray();
            forged[i / 8] ^= (byte)(1 << (i % 8));
            if (TestMessages.TryDecode(TestMessages.Frame(2, forged), out var rpc)) Assert.False(MessageVerifier.Verify(rpc.Messages!.Single()));
        }
    }

    [Fact]
    public void A_missing_signature_number_or_author_is_refused()
    {
        var whole = Parse(Sign());
        Assert.False(MessageVerifier.Verify(Parse(whole.Raw[..whole.SignedLength].ToArray())));
        var raw = whole.Raw.ToArray();
        var (number, signature) = (whole.SequenceNumber, whole.Signature);
        Assert.False(MessageVerifier.Verify(Parse([.. raw[..(number.Offset - 2)], .. raw[number.End..]])));
        Assert.False(MessageVerifier.Verify(Parse(raw[(whole.From.End)..])));
        Assert.True(signature.IsPresent);
    }

    [Fact]
    public void Unknown_fields_are_signed_too()
    {
        using var key = PrivateKey.Generate();
        var author = PeerId.FromPublicKey(key.PublicKey);
        byte[] known = [0x0a, (byte)author.Bytes.Length, .. author.Bytes.Span, 0x12, 1, 9, 0x1a, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0x22, 4, .. "news"u8];
        byte[] unknown = [0x7a, 1, 5];
        var signature = key.Sign((byte[])[.. "libp2p-pubsub:"u8, .. known, .. unknown]);
        byte[] tail = [0x2a, 64, .. signature];
        Assert.True(MessageVerifier.Verify(Parse([.. known, .. tail, .. unknown])));
        Assert.False(MessageVerifier.Verify(Parse([.. known, .. tail])));
        Assert.False(MessageVerifier.Verify(Parse([.. known, .. tail, 0x7a, 1, 6])));
    }

    [Fact]
    public void Sequence_numbers_rise_from_the_wall_clock()
    {
        using var key = PrivateKey.Generate();
        var signer = new MessageSigner(PeerId.FromPublicKey(key.PublicKey), key, _clock);
        var (first, second) = (signer.Create("a", default).Sequence, signer.Create("a", default).Sequence);
        Assert.Equal((ulong)_clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000 + 1, first);
        Assert.Equal(first + 1, second);
    }

    [Fact]
    public void The_size_of_an_RPC_is_known_before_it_is_signed()
    {
        using var key = PrivateKey.Generate();
        var signer = new MessageSigner(PeerId.FromPublicKey(key.PublicKey), key, _clock);
        foreach (var size in (int[])[0, 1, 100, 127, 128, 20_000])
        {
            var frame = signer.Create("news", new byte[size]).Frame.Bytes;
            var reader = new WireReader(frame.Span);
            Assert.True(reader.TryReadVarint(out var length));
            Assert.Equal((int)length, signer.RpcSizeOf("news", size));
        }
    }
}
