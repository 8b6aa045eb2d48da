namespace Causeway.Cryptography.Keys;

/// <summary>
/// ECDSA signatures of 256-bit curves in DER: a SEQUENCE of two INTEGERs (RFC 3279, section 2.2.3). Only the one valid encoding is read: short
/// lengths, minimal positive integers, nothing behind them.
/// </summary>
internal static class DerSignature
{
    /// <summary>The longest encoding in bytes: two integers of 33 bytes and three headers of two.</summary>
    internal const int MaxSize = 72;

    /// <summary>The length of r and s in bytes.</summary>
    internal const int ScalarSize = 32;

    private const byte Sequence = 0x30;
    private const byte Integer = 0x02;

    /// <summary>Writes the encoding of r and s, 32 big-endian bytes each, and returns its length.</summary>
    internal static int Encode(ReadOnlySpan<byte> r, ReadOnlySpan<byte> s, Span<byte> destination)
    {
        var length = 2;
        length += EncodeInteger(r, destination[length..]);
        length += EncodeInteger(s, destination[length..]);
        destination[0] = Sequence;
        destination[1] = (byte)(length - 2);
        return length;
    }

    /// <summary>Reads r and s into 32 big-endian bytes each. Zero is refused, an upper bound is the curve's to check.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> signature, Span<byte> r, Span<byte> s)
    {
        if (signature.Length is < 8 or > MaxSize || signature[0] != Sequence || signature[1] != signature.Length - 2) return false;
        var rest = signature[2..];
        return TryDecodeInteger(ref rest, r) && TryDecodeInteger(ref rest, s) && rest.IsEmpty;
    }

    private static int EncodeInteger(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        value = value.TrimStart((byte)0);
        var padding = value.IsEmpty || value[0] >= 0x80 ? 1 : 0;
        destination[0] = Integer;
        destination[1] = (byte)(value.Length + padding);
        destination[2] = 0;
        value.CopyTo(destination[(2 + padding)..]);
        return 2 + padding + value.Length;
    }

    private static bool TryDecodeInteger(ref ReadOnlySpan<byte> rest, Span<byte> value)
    {
        if (rest.Length < 3 || rest[0] != Integer) return false;
        int length = rest[1];
        if (length is 0 or > ScalarSize + 1 || rest.Length < 2 + length) return false;
        var integer = rest.Slice(2, length);
        rest = rest[(2 + length)..];

        if (integer[0] >= 0x80) return false;
        if (integer[0] == 0)
        {
            if (length == 1 || integer[1] < 0x80) return false;
            integer = integer[1..];
        }

        if (integer.Length > ScalarSize) return false;
        value.Clear();
        integer.CopyTo(value[^integer.Length..]);
        return true;
    }
}
