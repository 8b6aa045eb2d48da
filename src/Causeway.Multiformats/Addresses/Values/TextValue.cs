using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Causeway.Multiformats.Addresses.Values;

/// <summary>UTF-8 text without slashes, which would end the part, and without white space and control characters, which would forge log lines.</summary>
internal sealed class TextValue(string expected, int maxLength) : AddressValue
{
    public override string Expected => $"{expected} of 1 to {maxLength} bytes";

    public override bool TryEncode(ReadOnlySpan<char> text, Span<byte> destination, out int length) =>
        TryEncodeUtf8(text, destination, out length) && IsValid(destination[..length]);

    public override bool IsValid(ReadOnlySpan<byte> value) =>
        value.Length > 0 && value.Length <= maxLength && !value.Contains((byte)'/') && IsPlain(value, allowSpace: false);

    public override string Format(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value);

    /// <summary>Encodes text; lone surrogates are refused.</summary>
    public static bool TryEncodeUtf8(ReadOnlySpan<char> text, Span<byte> destination, out int length) =>
        Utf8.FromUtf16(text, destination, out _, out length, replaceInvalidSequences: false) == OperationStatus.Done;

    /// <summary>Whether the bytes are well-formed UTF-8 of visible characters.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> value, bool allowSpace)
    {
        while (value.Length > 0)
        {
            if (Rune.DecodeFromUtf8(value, out var rune, out var consumed) != OperationStatus.Done) return false;
            if (Rune.IsControl(rune) || (Rune.IsWhiteSpace(rune) && !(allowSpace && rune.Value == ' '))) return false;
            value = value[consumed..];
        }

        return true;
    }
}
