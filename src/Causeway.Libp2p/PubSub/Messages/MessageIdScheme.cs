using Causeway.Libp2p.PubSub.Wire;

namespace Causeway.Libp2p.PubSub.Messages;

/// <summary>How messages are identified: by author and sequence number in either form, or by the application's function.</summary>
internal sealed class MessageIdScheme(MessageIdFunction? custom)
{
    // Peer IDs of libp2p's key types have 34 or 36 to 44 bytes (peer-ids spec).
    private const int MaxAuthorLength = 64;
    private const int SequenceLength = 8;

    /// <summary>The longest ID that <see cref="TryWrite"/> writes: a custom one. Those of others are kept for heartbeats on end, by the thousand.</summary>
    public const int MaxLength = 256;

    private readonly int _maxLength = custom is null ? MaxAuthorLength + SequenceLength : MaxLength;

    /// <summary>Computes a message's canonical ID; 0 where it has none, which makes it invalid.</summary>
    public int TryWrite(GossipMessage message, Span<byte> target)
    {
        var raw = message.Raw;
        if (custom is not null)
        {
            var id = custom(new MessageIdInput(message.Topic, message.From.Of(raw), message.SequenceNumber.Of(raw), message.Data.Of(raw))).Span;
            if (id.Length > MaxLength) return 0;
            id.CopyTo(target);
            return id.Length;
        }

        if (message.From.Length is <= 0 or > MaxAuthorLength || message.SequenceNumber.Length != SequenceLength) return 0;
        message.From.Of(raw.Span).CopyTo(target);
        message.SequenceNumber.Of(raw.Span).CopyTo(target[message.From.Length..]);
        return message.From.Length + SequenceLength;
    }

    /// <summary>The ID under which a peer's ID is known here; false for one that is longer than any message's.</summary>
    public bool TryCanonical(ReadOnlySpan<byte> id, out MessageId canonical)
    {
        // An author's key may be long, but is remembered by its hash.
        var fits = id.Length <= _maxLength || Classify(id) == MessageIdForm.PublicKeyAndSequence;
        canonical = !fits ? default : custom is null ? MessageIdForms.Canonical(id) : new MessageId(id);
        return fits;
    }

    /// <summary>Whether a canonical ID shows that a message is this author's.</summary>
    public bool IsBy(MessageId id, ReadOnlySpan<byte> author) =>
        custom is null && id.Span.Length == author.Length + SequenceLength && id.Span.StartsWith(author);

    /// <summary>The form of a peer's ID, where it shows one.</summary>
    public MessageIdForm? Classify(ReadOnlySpan<byte> id) => custom is null ? MessageIdForms.Classify(id) : null;

    /// <summary>A message's ID in the form that a peer uses.</summary>
    public ReadOnlyMemory<byte> Write(GossipMessage message, MessageIdForm form) =>
        custom is null ? MessageIdForms.Write(message.Id, form, message.Key.Of(message.Raw.Span)) : message.Id.Bytes;
}
