using System.Security.Cryptography;

namespace Causeway.Libp2p.PubSub.Messages;

/// <summary>
/// Converts between the two default forms of message IDs. go-libp2p-pubsub (<c>midgen.go</c>): peer ID ‖ seqno. js-libp2p
/// (<c>gossipsub/src/utils/msgIdFn.ts</c>): protobuf public key ‖ seqno. A peer ID is the identity multihash (<c>00 len</c>) of the
/// encoded key up to 42 bytes, else its sha2-256 multihash (<c>12 20</c>); so the first byte tells the forms apart (a key begins with
/// field 1, <c>08</c>) and the key form always converts to the peer ID form.
/// </summary>
internal static class MessageIdForms
{
    /// <summary>IDs longer than this are not looked at. The longest real one has an 8192-bit RSA key in it.</summary>
    public const int MaxLength = 2048;

    private const int SequenceLength = 8;
    private const int MaxInlineKeyLength = 42;

    /// <summary>Whether a peer ID is its key (identity multihash) and not the key's hash.</summary>
    public static bool EmbedsKey(ReadOnlySpan<byte> peerId) => peerId[0] == 0x00;

    /// <summary>Which form an ID has; null where it is neither.</summary>
    public static MessageIdForm? Classify(ReadOnlySpan<byte> id)
    {
        if (id.Length <= SequenceLength + 2) return null;
        var author = id[..^SequenceLength];
        if (author[0] == 0x00 && author[1] == author.Length - 2) return MessageIdForm.PeerIdAndSequence;
        if (author[0] == 0x12 && author[1] == 0x20 && author.Length == 34) return MessageIdForm.PeerIdAndSequence;
        return author[0] == 0x08 ? MessageIdForm.PublicKeyAndSequence : null;
    }

    /// <summary>The one form under which a message is remembered: the peer ID form. What has neither form is taken as it is.</summary>
    public static MessageId Canonical(ReadOnlySpan<byte> id)
    {
        if (Classify(id) != MessageIdForm.PublicKeyAndSequence) return new MessageId(id);
        var key = id[..^SequenceLength];
        Span<byte> result = stackalloc byte[2 + MaxInlineKeyLength + SequenceLength];
        if (key.Length <= MaxInlineKeyLength)
        {
            result[0] = 0x00;
            result[1] = (byte)key.Length;
            id.CopyTo(result[2..]);
            return new MessageId(result[..(2 + id.Length)]);
        }

        result[0] = 0x12;
        result[1] = 0x20;
        SHA256.HashData(key, result[2..]);
        id[^SequenceLength..].CopyTo(result[34..]);
        return new MessageId(result[..(34 + SequenceLength)]);
    }

    /// <summary>Writes a canonical ID in the wanted form. <paramref name="key"/> is the author's encoded key where the ID does not embed it.</summary>
    public static ReadOnlyMemory<byte> Write(MessageId canonical, MessageIdForm form, ReadOnlySpan<byte> key)
    {
        var bytes = canonical.Bytes;
        if (form == MessageIdForm.PeerIdAndSequence || Classify(bytes.Span) != MessageIdForm.PeerIdAndSequence) return bytes;
        if (bytes.Span[0] == 0x00) return bytes[2..];
        if (key.IsEmpty) return bytes;
        var result = new byte[key.Length + SequenceLength];
        key.CopyTo(result);
        bytes.Span[^SequenceLength..].CopyTo(result.AsSpan(key.Length));
        return result;
    }
}
