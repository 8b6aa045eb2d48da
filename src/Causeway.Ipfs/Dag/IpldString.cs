namespace Causeway.Ipfs.Dag;

/// <summary>Text, which has a form in UTF-8. Compared code point by code point; nothing is normalised.</summary>
public sealed class IpldString : IpldValue
{
    /// <summary>A text.</summary>
    /// <exception cref="ArgumentException">Half of a surrogate pair: not text.</exception>
    public IpldString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Value = MapKeys.IsText(value) ? value : throw new ArgumentException("A string with half of a surrogate pair has no form in UTF-8.", nameof(value));
    }

    // For the decoders: what they made of valid UTF-8 is text.
    private IpldString(string value, bool _) => Value = value;

    /// <summary>The text.</summary>
    public string Value { get; }

    /// <inheritdoc />
    public override IpldKind Kind => IpldKind.String;

    /// <inheritdoc />
    public override bool Equals(IpldValue? other) => other is IpldString text && text.Value == Value;

    /// <inheritdoc />
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    internal static IpldString Trusted(string value) => new(value, true);
}
