using Causeway.Multiformats.Bases;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>An I2P destination in full: at least 386 bytes, base64 with I2P's alphabet (multiaddr <c>protocols.csv</c>).</summary>
internal sealed class Garlic64Value : AddressValue
{
    // A destination's keys take 384 bytes, its certificate at least 3 (I2P, common structures); 386 is what other implementations accept.
    private const int MinLength = 386;
    private const int MaxLength = 1024;

    public override string Expected => "an I2P destination in I2P's base64, at least 386 bytes";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length) =>
        BaseCodecs.Garlic64.TryDecode(text, destination, out length) && IsValid(destination[..length]);

    public override bool IsValid(ReadOnlySpan<byte> value) => value.Length is >= MinLength and <= MaxLength;

    public override string Format(ReadOnlySpan<byte> value) => BaseCodecs.Garlic64.Encode(value, default);
}
