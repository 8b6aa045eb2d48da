namespace Causeway.Ipfs.Dag;

/// <summary>Bytes. Decoded ones are a part of the block that they were decoded from, not a copy.</summary>
/// <param name="value">The bytes; nobody changes them any more.</param>
public sealed class IpldBytes(ReadOnlyMemory<byte> value) : IpldValue
{
    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Value { get; } = value;

    /// <inheritdoc />
    public override IpldKind Kind => IpldKind.Bytes;

    /// <inheritdoc />
    public override bool Equals(IpldValue? other) => other is IpldBytes bytes && bytes.Value.Span.SequenceEqual(Value.Span);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Value.Span);
        return hash.ToHashCode();
    }
}
