using System.Buffers;
using System.Globalization;
using System.Text;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>
/// A path to an HTTP resource, in text as one segment with percent-encoding (multiaddr <c>protocols/http-path.md</c>, RFC 3986 section 3.3),
/// in bytes as it is.
/// </summary>
internal sealed class HttpPathValue : AddressValue
{
    private const int MaxLength = 1024;
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    // The characters that a path segment may hold unescaped: unreserved, sub-delims, ':' and '@'.
    private static readonly SearchValues<char> Segment = SearchValues.Create(Unreserved + "!$&'()*+,;=:@");
    private static readonly SearchValues<byte> Unescaped = SearchValues.Create(Encoding.ASCII.GetBytes(Unreserved));

    public override string Expected => "a percent-encoded path such as api%2Fv0";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length)
    {
        length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (length >= Math.Min(destination.Length, MaxLength)) return false;
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length) return false;
                if (!byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out destination[length])) return false;
                i += 2;
            }
            else if (Segment.Contains(text[i]))
            {
                destination[length] = (byte)text[i];
            }
            else
            {
                return false;
            }

            length++;
        }

        return length > 0;
    }

    public override bool IsValid(ReadOnlySpan<byte> value) => value.Length is > 0 and <= MaxLength;

    public override string Format(ReadOnlySpan<byte> value)
    {
        var text = new StringBuilder(value.Length + 16);
        foreach (var item in value)
        {
            if (Unescaped.Contains(item)) text.Append((char)item);
            else text.Append($"%{item:X2}");
        }

        return text.ToString();
    }
}
