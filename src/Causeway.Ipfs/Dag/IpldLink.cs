using Causeway.Multiformats;

namespace Causeway.Ipfs.Dag;

/// <summary>The CID of another block.</summary>
/// <param name="value">The CID.</param>
public sealed class IpldLink(Cid value) : IpldValue
{
    /// <summary>The CID.</summary>
    public Cid Value { get; } = value ?? throw new ArgumentNullException(nameof(value));

    /// <inheritdoc />
    public override IpldKind Kind => IpldKind.Link;

    /// <inheritdoc />
    public override bool Equals(IpldValue? other) => other is IpldLink link && link.Value == Value;

    /// <inheritdoc />
    public override int GetHashCode() => Value.GetHashCode();
}
