using Causeway.Multiformats.Bases;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>An I2P address in base32: 32 bytes, or at least 35 where its lease set is encrypted (I2P, "B32 for encrypted lease sets").</summary>
internal sealed class Garlic32Value : AddressValue
{
    private const int MaxLength = 128;

    public override string Expected => "an I2P address in base32, 32 bytes or at least 35";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length) =>
        BaseCodecs.Base32.TryDecode(text, destination, out length) && IsValid(destination[..length]);

    public override bool IsValid(ReadOnlySpan<byte> value) => value.Length is 32 or (>= 35 and <= MaxLength);

    public override string Format(ReadOnlySpan<byte> value) => BaseCodecs.Base32.Encode(value, default);
}
