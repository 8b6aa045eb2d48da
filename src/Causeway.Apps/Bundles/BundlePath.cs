using System.Text;

namespace Causeway.Apps.Bundles;

/// <summary>
/// The names that files may have in a bundle: relative paths with <c>/</c> between their segments that mean the same on every system, and never a place outside
/// of the folder they are extracted to.
/// </summary>
public static class BundlePath
{
    /// <summary>Longest path in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024;

    // What file systems take (NAME_MAX of Linux).
    private const int MaxSegmentBytes = 255;

    // Windows opens a device whatever extension or folder comes with such a name (Microsoft, "Naming Files, Paths, and Namespaces").
    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Enumerable.Range(0, 10).SelectMany(static n => new[] { $"COM{n}", $"LPT{n}" }), "COM¹", "COM²", "COM³", "LPT¹", "LPT²", "LPT³"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with a path, as the end of a sentence; null if nothing is.</summary>
    public static string? Refuse(string path)
    {
        if (path.Length == 0) return "is empty";
        if (!IsUnicode(path)) return "is no Unicode text";
        if (Encoding.UTF8.GetByteCount(path) > MaxBytes) return $"is longer than {MaxBytes} bytes";
        foreach (var segment in path.Split('/'))
        {
            if (segment.Length == 0) return "has an empty segment, or begins or ends with '/'";
            if (segment is "." or "..") return $"has the segment '{segment}'";
            if (Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes) return $"has a name of more than {MaxSegmentBytes} bytes";
            if (segment.Any(static c => char.IsControl(c) || c is '\\' or ':' or '<' or '>' or '"' or '|' or '?' or '*')) return "has a character that not every system takes (one of \\ : < > \" | ? *, or a control character)";
            if (segment[^1] is ' ' or '.') return "has a name that ends with a space or a dot, which Windows drops";
            if (Devices.Contains(segment.Split('.')[0].TrimEnd(' '))) return $"has the name of a device ('{segment}')";
        }

        return null;
    }

    /// <summary>Compares paths by their UTF-8 bytes, the order in which bundles have them.</summary>
    public static int Compare(string one, string other) => Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));

    private static bool IsUnicode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
