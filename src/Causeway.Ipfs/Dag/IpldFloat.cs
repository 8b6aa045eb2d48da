namespace Causeway.Ipfs.Dag;

/// <summary>A number of IEEE 754 double precision. Never equal to an integer, and −0 is not 0: their bytes differ.</summary>
public sealed class IpldFloat : IpldValue
{
    /// <summary>A number.</summary>
    /// <exception cref="ArgumentException">Not a number, or infinite: the data model has none of these.</exception>
    public IpldFloat(double value)
    {
        if (!double.IsFinite(value)) throw new ArgumentException("NaN and the infinities are no IPLD values.", nameof(value));
        Value = value;
    }

    /// <summary>The number.</summary>
    public double Value { get; }

    /// <inheritdoc />
    public override IpldKind Kind => IpldKind.Float;

    /// <inheritdoc />
    public override bool Equals(IpldValue? other) =>
        other is IpldFloat number && BitConverter.DoubleToInt64Bits(number.Value) == BitConverter.DoubleToInt64Bits(Value);

    /// <inheritdoc />
    public override int GetHashCode() => BitConverter.DoubleToInt64Bits(Value).GetHashCode();
}
