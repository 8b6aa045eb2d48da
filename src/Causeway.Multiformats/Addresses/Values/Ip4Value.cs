using System.Globalization;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>Four decimal numbers without leading zeros: octal and short forms, which other parsers read differently, are refused.</summary>
internal sealed class Ip4Value : AddressValue
{
    public override string Expected => "an IPv4 address such as 192.0.2.1";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length)
    {
        length = 0;
        if (destination.Length < 4) return false;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (length == 4 || part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0')) return false;
            if (!byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out destination[length])) return false;
            length++;
        }

        return length == 4;
    }

    public override bool IsValid(ReadOnlySpan<byte> value) => value.Length == 4;

    public override string Format(ReadOnlySpan<byte> value) => $"{value[0]}.{value[1]}.{value[2]}.{value[3]}";
}
