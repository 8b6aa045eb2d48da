namespace Causeway.Libp2p.PubSub.Messages;

/// <summary>
/// A message's identity as a dictionary key: bytes of our own (they outlive the frame they came in), hashed once with the process's random seed.
/// </summary>
internal readonly struct MessageId : IEquatable<MessageId>
{
    private readonly byte[] _bytes;
    private readonly int _hash;

    /// <summary>Copies <paramref name="bytes"/>.</summary>
    public MessageId(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        _hash = Hash(bytes);
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>The hash code of an ID with these bytes.</summary>
    public static int Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public bool Equals(MessageId other) => _hash == other._hash && Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MessageId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => Convert.ToHexStringLower(_bytes);
}
