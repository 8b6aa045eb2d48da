namespace Causeway.Ipfs.Dag;

/// <summary>Null. There is one: <see cref="IpldValue.Null"/>.</summary>
public sealed class IpldNull : IpldValue
{
    internal static readonly IpldNull Instance = new();

    private IpldNull()
    {
    }

    /// <inheritdoc />
    public override IpldKind Kind => IpldKind.Null;

    /// <inheritdoc />
    public override bool Equals(IpldValue? other) => ReferenceEquals(this, other);

    /// <inheritdoc />
    public override int GetHashCode() => 0;
}
