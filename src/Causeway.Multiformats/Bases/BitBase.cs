using System.Buffers;

namespace Causeway.Multiformats.Bases;

/// <summary>
/// A base whose digits are whole bits, most significant first (RFC 4648 and its kin: base2, 8, 16, 32, 64). Strict: no superfluous digit,
/// unused bits are zero, padding is exactly what the base asks for.
/// </summary>
internal sealed class BitBase(string alphabet, int bitsPerDigit, bool padded, bool ignoreCase) : BaseCodec
{
    private readonly byte[] _digits = Digits(alphabet, ignoreCase);

    // Digits in a group that fills whole bytes: 8 for base32, 4 for base64 (RFC 4648, sections 4 and 6).
    private readonly int _group = bitsPerDigit == 6 ? 4 : 8;

    /// <summary>One MiB: the largest block that peers exchange, with room.</summary>
    public override int MaxBytes => 1 << 20;

    public override int MaxDecodedLength(int textLength) => (int)((long)textLength * bitsPerDigit / 8);

    public override string Encode(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> prefix)
    {
        CheckLength(bytes);
        var digits = (bytes.Length * 8 + bitsPerDigit - 1) / bitsPerDigit;
        var total = prefix.Length + (padded ? (digits + _group - 1) / _group * _group : digits);
        var rented = total > 256 ? ArrayPool<char>.Shared.Rent(total) : null;
        var text = (rented ?? stackalloc char[256])[..total];
        prefix.CopyTo(text);
        Fill(bytes, text[prefix.Length..]);
        var result = new string(text);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return result;
    }

    public override bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        if (padded)
        {
            if (text.Length % _group != 0) return false;
            var full = text.Length;
            text = text.TrimEnd('=');
            if (full - text.Length >= _group) return false;
        }

        var length = MaxDecodedLength(text.Length);
        var spare = text.Length * (long)bitsPerDigit - length * 8L;
        if (spare >= bitsPerDigit || length > MaxBytes || length > destination.Length) return false;

        var buffer = 0;
        var bits = 0;
        foreach (var character in text)
        {
            var digit = character < 128 ? _digits[character] : 0xff;
            if (digit == 0xff) return false;
            buffer = (buffer << bitsPerDigit) | digit;
            bits += bitsPerDigit;
            if (bits < 8) continue;
            bits -= 8;
            destination[written++] = (byte)(buffer >> bits);
            buffer &= (1 << bits) - 1;
        }

        return buffer == 0;
    }

    private void Fill(ReadOnlySpan<byte> bytes, Span<char> text)
    {
        var mask = (1 << bitsPerDigit) - 1;
        var buffer = 0;
        var bits = 0;
        var at = 0;
        foreach (var value in bytes)
        {
            buffer = (buffer << 8) | value;
            bits += 8;
            while (bits >= bitsPerDigit)
            {
                bits -= bitsPerDigit;
                text[at++] = alphabet[(buffer >> bits) & mask];
            }

            buffer &= (1 << bits) - 1;
        }

        if (bits > 0) text[at++] = alphabet[(buffer << (bitsPerDigit - bits)) & mask];
        text[at..].Fill('=');
    }
}
