using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Causeway.Multiformats.Bases;

namespace Causeway.Multiformats;

/// <summary>
/// Self-describing base encodings (<c>multiformats/multibase</c>). Decoders are strict: unused bits are zero, padding is exact, and letter case
/// is free only where the spec says so. Bases that write one number (10, 36, 58) take at most 1024 bytes, base256emoji 64 KiB, the others 1 MiB.
/// </summary>
public static class Multibase
{
    /// <summary>Encodes <paramref name="bytes"/> with the prefix of <paramref name="encoding"/>.</summary>
    /// <exception cref="ArgumentException">The encoding is not known, or the bytes are too many for it.</exception>
    public static string Encode(ReadOnlySpan<byte> bytes, MultibaseEncoding encoding)
    {
        if (!BaseCodecs.ByEncoding.TryGetValue(encoding, out var codec))
        {
            throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "Not a multibase encoding.");
        }

        Span<char> prefix = stackalloc char[2];
        var length = new Rune((int)encoding).EncodeToUtf16(prefix);
        return codec.Encode(bytes, prefix[..length]);
    }

    /// <summary>Decodes <paramref name="text"/> in the base that its prefix names.</summary>
    /// <exception cref="FormatException">The prefix is unknown, or the text is malformed, not canonical or too long.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text, out MultibaseEncoding encoding)
    {
        if (TryDecode(text, out var bytes, out encoding)) return bytes;
        throw new FormatException(encoding == MultibaseEncoding.None
            ? "Not multibase: the first character names no known encoding."
            : $"Not valid {encoding}: a wrong character, a form that is not canonical, or too long.");
    }

    /// <summary>As <see cref="Decode"/>, without the exception; <paramref name="encoding"/> is set as soon as the prefix is known.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes, out MultibaseEncoding encoding)
    {
        bytes = null;
        encoding = MultibaseEncoding.None;
        if (!TryReadPrefix(text, out var codec, out encoding, out var digits)) return false;
        var capacity = Math.Min(codec.MaxDecodedLength(digits.Length), codec.MaxBytes);
        var rented = ArrayPool<byte>.Shared.Rent(capacity);
        var valid = codec.TryDecode(digits, rented.AsSpan(0, capacity), out var written);
        if (valid) bytes = rented[..written];
        ArrayPool<byte>.Shared.Return(rented);
        return valid;
    }

    /// <summary>As above, into a buffer; false also where the result does not fit.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        return TryReadPrefix(text, out var codec, out _, out var digits) && codec.TryDecode(digits, destination, out written);
    }

    private static bool TryReadPrefix(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out BaseCodec? codec, out MultibaseEncoding encoding, out ReadOnlySpan<char> digits)
    {
        codec = null;
        encoding = MultibaseEncoding.None;
        digits = default;
        if (Rune.DecodeFromUtf16(text, out var rune, out var consumed) != OperationStatus.Done) return false;
        var candidate = (MultibaseEncoding)rune.Value;
        if (!BaseCodecs.ByEncoding.TryGetValue(candidate, out codec)) return false;
        encoding = candidate;
        digits = text[consumed..];
        return true;
    }
}
