using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>IPv6 without zone (that is a part of its own), written as RFC 5952 asks.</summary>
internal sealed class Ip6Value : AddressValue
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789abcdefABCDEF:.");

    public override string Expected => "an IPv6 address such as 2001:db8::1";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length)
    {
        length = 0;
        return !text.ContainsAnyExcept(Allowed)
            && text.Contains(':')
            && HasStrictTail(text)
            && IPAddress.TryParse(text, out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
            && address.TryWriteBytes(destination, out length);
    }

    public override bool IsValid(ReadOnlySpan<byte> value) => value.Length == 16;

    public override string Format(ReadOnlySpan<byte> value)
    {
        // ::ffff:0:0/96, IPv4-mapped (RFC 4291, section 2.5.5.2): RFC 5952, section 5 recommends the mixed notation.
        if (value[..12].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]))
        {
            return $"::ffff:{value[12]}.{value[13]}.{value[14]}.{value[15]}";
        }

        var (start, length) = LongestZeroRun(value);
        var text = new StringBuilder(39);
        for (var i = 0; i < 8; i++)
        {
            if (i == start)
            {
                text.Append("::");
                i += length - 1;
                continue;
            }

            if (i > 0 && i != start + length) text.Append(':');
            text.Append($"{BinaryPrimitives.ReadUInt16BigEndian(value[(i * 2)..]):x}");
        }

        return text.ToString();
    }

    // The dotted tail of "::ffff:192.0.2.1" follows the rules of ip4.
    private static bool HasStrictTail(ReadOnlySpan<char> text)
    {
        if (!text.Contains('.')) return true;
        Span<byte> ignored = stackalloc byte[4];
        return new Ip4Value().TryEncode(text[(text.LastIndexOf(':') + 1)..], ignored, out _);
    }

    // The first of the longest runs of at least two zero groups (RFC 5952, section 4.2).
    private static (int Start, int Length) LongestZeroRun(ReadOnlySpan<byte> value)
    {
        var best = (Start: -8, Length: 1);
        for (var i = 0; i < 8; i++)
        {
            var length = 0;
            while (i + length < 8 && value[(i + length) * 2] == 0 && value[(i + length) * 2 + 1] == 0) length++;
            if (length > best.Length) best = (i, length);
            i += length;
        }

        return best;
    }
}
