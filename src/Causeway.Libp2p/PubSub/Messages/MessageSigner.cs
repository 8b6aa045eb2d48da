using Causeway.Cryptography.Keys;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Libp2p.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Messages;

/// <summary>
/// Builds our own messages (StrictSign). Sequence numbers start at the wall clock in nanoseconds and rise by one, as go-libp2p's and js-libp2p's do:
/// peers that insist on rising numbers (kubo does) accept us after a restart too. Not thread-safe: numbers and messages must leave in the same order.
/// </summary>
internal sealed class MessageSigner(PeerId author, PrivateKey key, TimeProvider clock)
{
    private const long NanosecondsPerTick = 100;

    private readonly byte[] _key = MessageIdForms.EmbedsKey(author.Bytes.Span) ? [] : key.PublicKey.ToProtobuf();
    private ulong _sequence = (ulong)((clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick);

    /// <summary>The size of the RPC that would carry a message.</summary>
    public int RpcSizeOf(string topic, int dataLength) =>
        RpcEncoder.PublishSize(SignedSize(topic, dataLength) + WireWriter.SizeOfField(key.MaxSignatureSize) + KeySize);

    private int KeySize => _key.Length == 0 ? 0 : WireWriter.SizeOfField(_key.Length);

    /// <summary>Builds and signs the next message.</summary>
    public GossipMessage Create(string topic, ReadOnlySpan<byte> data)
    {
        var sequence = ++_sequence;
        var signed = SignedSize(topic, data.Length);
        var buffer = new byte[signed + WireWriter.SizeOfField(key.MaxSignatureSize) + KeySize];
        var writer = new WireWriter(buffer);
        var from = Write(ref writer, 1, author.Bytes.Span);
        var payload = Write(ref writer, 2, data);
        writer.WriteBigEndianField(3, sequence);
        var number = new Slice(writer.Position - sizeof(ulong), sizeof(ulong));
        writer.WriteField(4, topic);

        Span<byte> signature = stackalloc byte[key.MaxSignatureSize];
        using (var text = new SignedText(buffer, signed, Slice.Absent)) signature = signature[..key.Sign(text.Span, signature)];
        var proof = Write(ref writer, 5, signature);
        var embedded = _key.Length == 0 ? Slice.Absent : Write(ref writer, 6, _key);
        return new GossipMessage
        {
            Topic = topic,
            Raw = buffer.AsMemory(0, writer.Position),
            From = from,
            Data = payload,
            SequenceNumber = number,
            Signature = proof,
            Key = embedded,
            SignedLength = signed,
            Author = author,
        };
    }

    private static Slice Write(ref WireWriter writer, int field, scoped ReadOnlySpan<byte> value)
    {
        writer.WriteField(field, value);
        return new Slice(writer.Position - value.Length, value.Length);
    }

    private int SignedSize(string topic, int dataLength) =>
        WireWriter.SizeOfField(author.Bytes.Length) + WireWriter.SizeOfField(dataLength) + WireWriter.SizeOfField(sizeof(ulong)) + WireWriter.SizeOfField(topic);
}
