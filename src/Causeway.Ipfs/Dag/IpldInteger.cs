namespace Causeway.Ipfs.Dag;

/// <summary>A whole number from −2⁶⁴ to 2⁶⁴ − 1, which is what DAG-CBOR can say.</summary>
public sealed class IpldInteger : IpldValue
{
    /// <summary>The smallest: −2⁶⁴.</summary>
    public static readonly Int128 MinValue = -((Int128)ulong.MaxValue + 1);

    /// <summary>The largest: 2⁶⁴ − 1.</summary>
    public static readonly Int128 MaxValue = ulong.MaxValue;

    // Blocks are full of small numbers, and a block of nothing else must not cost thirty times its length.
    private static readonly IpldInteger[] Small = [.. Enumerable.Range(-24, 280).Select(static value => new IpldInteger(value))];

    private IpldInteger(Int128 value) => Value = value;

    /// <summary>The number.</summary>
    public Int128 Value { get; }

    /// <inheritdoc />
    public override IpldKind Kind => IpldKind.Integer;

    /// <summary>A number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below <see cref="MinValue"/> or above <see cref="MaxValue"/>.</exception>
    public static IpldInteger Of(Int128 value)
    {
        if (value >= -24 && value < 256) return Small[(int)value + 24];
        ArgumentOutOfRangeException.ThrowIfLessThan(value, MinValue);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxValue);
        return new IpldInteger(value);
    }

    /// <summary>The number, where it is one of 64 bits with a sign.</summary>
    public bool TryGetInt64(out long value)
    {
        var fits = Value >= long.MinValue && Value <= long.MaxValue;
        value = fits ? (long)Value : 0;
        return fits;
    }

    /// <inheritdoc />
    public override bool Equals(IpldValue? other) => other is IpldInteger integer && integer.Value == Value;

    /// <inheritdoc />
    public override int GetHashCode() => Value.GetHashCode();
}
