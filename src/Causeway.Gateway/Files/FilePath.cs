using System.Buffers;
using System.Text.Unicode;
using Causeway.Gateway.Protocol;

namespace Causeway.Gateway.Files;

/// <summary>
/// Paths in a peer's tree: names joined by <c>/</c>. One slash in front and one behind are tolerated. Whatever could mean something else to whoever writes such
/// a tree to a disk, or shows it, is no name.
/// </summary>
internal static class FilePath
{
    /// <summary>Longest name in bytes of UTF-8, as in most file systems.</summary>
    public const int MaxNameLength = 255;

    /// <summary>The path without slashes at its ends.</summary>
    /// <exception cref="GatewayException">It is none, or the root.</exception>
    public static string Normalize(string path, int maxDepth)
        => TryNormalize(path, maxDepth, out var normal, out var why) ? normal : throw GatewayException.InvalidParameters($"path {why}");

    /// <summary>The same; false with what is wrong with it.</summary>
    public static bool TryNormalize(string path, int maxDepth, out string normal, out string why)
    {
        normal = path.StartsWith('/') ? path[1..] : path;
        if (normal.EndsWith('/')) normal = normal[..^1];
        why = "";
        if (normal.Length == 0)
        {
            why = "is empty";
            return false;
        }

        if (normal.Length > (MaxNameLength + 1) * maxDepth)
        {
            why = "is too long";
            return false;
        }

        var names = normal.Split('/');
        if (names.Length > maxDepth) why = $"has more than {maxDepth} names";
        else if (Array.Find(names, static name => !IsName(name)) is { } wrong) why = wrong.Length == 0 ? "has an empty name" : "has a name that is not allowed";
        return why.Length == 0;
    }

    /// <summary>Whether a file may be called so.</summary>
    public static bool IsName(string name)
    {
        if (name is "" or "." or ".." || name.Any(static c => c == '/' || char.IsControl(c))) return false;

        // Halves of surrogate pairs have no UTF-8 form.
        Span<byte> utf8 = stackalloc byte[MaxNameLength];
        return Utf8.FromUtf16(name, utf8, out _, out _, replaceInvalidSequences: false) == OperationStatus.Done;
    }
}
