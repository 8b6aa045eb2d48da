namespace Causeway.Multiformats.Addresses;

/// <summary>The two forms of a protocol's value. Texts that are read back give the same bytes, and bytes that are valid have a text.</summary>
internal abstract class AddressValue
{
    /// <summary>What the value is, for messages: "a port from 0 to 65535".</summary>
    public abstract string Expected { get; }

    /// <summary>Reads the text form, strictly; false also where it does not fit.</summary>
    public abstract bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length);

    /// <summary>Whether the bytes are a value of this kind.</summary>
    public abstract bool IsValid(ReadOnlySpan<byte> value);

    /// <summary>The text form of a valid value.</summary>
    public abstract string Format(ReadOnlySpan<byte> value);
}
