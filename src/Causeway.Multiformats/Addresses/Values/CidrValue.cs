using System.Globalization;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>A network's prefix length in bits, one byte.</summary>
internal sealed class CidrValue : AddressValue
{
    private const byte Max = 128;

    public override string Expected => "a prefix length from 0 to 128";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length)
    {
        length = 0;
        if (destination.IsEmpty || !PortValue.TryParse(text, out var bits) || bits > Max) return false;
        destination[0] = (byte)bits;
        length = 1;
        return true;
    }

    public override bool IsValid(ReadOnlySpan<byte> value) => value.Length == 1 && value[0] <= Max;

    public override string Format(ReadOnlySpan<byte> value) => value[0].ToString(CultureInfo.InvariantCulture);
}
