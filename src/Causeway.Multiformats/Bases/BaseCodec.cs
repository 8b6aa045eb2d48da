namespace Causeway.Multiformats.Bases;

/// <summary>Bytes to text and back in one base, without the multibase prefix. Every decoder accepts one text per byte string, letter case aside.</summary>
internal abstract class BaseCodec
{
    /// <summary>The most bytes that this base encodes or decodes.</summary>
    public abstract int MaxBytes { get; }

    /// <summary>An upper bound for the bytes that <paramref name="textLength"/> characters can hold.</summary>
    public abstract int MaxDecodedLength(int textLength);

    /// <summary>The text of <paramref name="bytes"/> after <paramref name="prefix"/>.</summary>
    public abstract string Encode(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> prefix);

    /// <summary>Reads all of <paramref name="text"/>; false where it is malformed, not canonical or does not fit.</summary>
    public abstract bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written);

    /// <summary>Refuses what no decoder would read back.</summary>
    protected void CheckLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            throw new ArgumentException($"{bytes.Length} bytes are too many for this base; the limit is {MaxBytes}.", nameof(bytes));
        }
    }

    /// <summary>The digit of each ASCII character, 0xff where there is none.</summary>
    protected static byte[] Digits(string alphabet, bool ignoreCase)
    {
        var digits = new byte[128];
        Array.Fill(digits, (byte)0xff);
        for (var i = 0; i < alphabet.Length; i++)
        {
            digits[alphabet[i]] = (byte)i;
            if (!ignoreCase) continue;
            digits[char.ToLowerInvariant(alphabet[i])] = (byte)i;
            digits[char.ToUpperInvariant(alphabet[i])] = (byte)i;
        }

        return digits;
    }
}
