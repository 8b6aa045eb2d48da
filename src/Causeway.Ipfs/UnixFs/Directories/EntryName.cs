using System.Diagnostics.CodeAnalysis;
using Causeway.Ipfs.Dag.Pb;

namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>What an entry of a folder may be called, and how paths fall into names.</summary>
internal static class EntryName
{
    /// <summary>Longest name that is written, in bytes of UTF-8: four times what file systems take.</summary>
    public const int MaxLength = 1020;

    /// <summary>Names that lead out of the folder, or to nothing, are no names; a program that writes folders to a disk must be able to rely on that.</summary>
    public static bool IsAllowed([NotNullWhen(true)] string? name) => name is not (null or "" or "." or "..") && name.AsSpan().IndexOfAny('/', '\0') < 0;

    /// <summary>The name, if it may be written.</summary>
    /// <exception cref="ArgumentException">Not a name.</exception>
    public static string Check(string name)
    {
        if (!IsAllowed(name)) throw new ArgumentException($"'{name}' is no name for a file: use one without / and NUL that is not empty, . or ..");
        var length = DagPbWriter.SizeOf(name);
        return length <= MaxLength ? name : throw new ArgumentException($"A file's name may have {MaxLength} bytes of UTF-8; this one has {length}.");
    }

    /// <summary>The names of a path. Slashes at its ends, and several in a row, say nothing.</summary>
    public static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
