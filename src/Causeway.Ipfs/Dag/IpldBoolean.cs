namespace Causeway.Ipfs.Dag;

/// <summary>True or false.</summary>
public sealed class IpldBoolean : IpldValue
{
    private static readonly IpldBoolean True = new(true);
    private static readonly IpldBoolean False = new(false);

    private IpldBoolean(bool value) => Value = value;

    /// <summary>Which of the two.</summary>
    public bool Value { get; }

    /// <inheritdoc />
    public override IpldKind Kind => IpldKind.Boolean;

    /// <summary>One of the two.</summary>
    public static IpldBoolean Of(bool value) => value ? True : False;

    /// <inheritdoc />
    public override bool Equals(IpldValue? other) => ReferenceEquals(this, other);

    /// <inheritdoc />
    public override int GetHashCode() => Value ? 1 : 2;
}
