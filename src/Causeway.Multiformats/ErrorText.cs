namespace Causeway.Multiformats;

/// <summary>Input as it may appear in a message: short, and without what would disturb a terminal or a log.</summary>
internal static class ErrorText
{
    private const int MaxLength = 120;

    public static string Quote(ReadOnlySpan<char> text)
    {
        var shown = text.Length > MaxLength ? text[..MaxLength] : text;
        Span<char> clean = stackalloc char[MaxLength];
        for (var i = 0; i < shown.Length; i++)
        {
            clean[i] = char.IsControl(shown[i]) || char.IsSurrogate(shown[i]) ? '\uFFFD' : shown[i];
        }

        return string.Concat(clean[..shown.Length], text.Length > MaxLength ? "…" : string.Empty);
    }
}
