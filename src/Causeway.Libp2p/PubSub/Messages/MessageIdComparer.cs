namespace Causeway.Libp2p.PubSub.Messages;

/// <summary>Lets dictionaries be asked by span: a duplicate (most of what a mesh delivers) is recognised without an allocation.</summary>
internal sealed class MessageIdComparer : IEqualityComparer<MessageId>, IAlternateEqualityComparer<ReadOnlySpan<byte>, MessageId>
{
    /// <summary>The only one.</summary>
    public static readonly MessageIdComparer Instance = new();

    /// <inheritdoc/>
    public bool Equals(MessageId x, MessageId y) => x.Equals(y);

    /// <inheritdoc/>
    public int GetHashCode(MessageId obj) => obj.GetHashCode();

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, MessageId other) => alternate.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public int GetHashCode(ReadOnlySpan<byte> alternate) => MessageId.Hash(alternate);

    /// <inheritdoc/>
    public MessageId Create(ReadOnlySpan<byte> alternate) => new(alternate);
}
