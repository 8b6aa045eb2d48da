using System.Text.Json.Serialization;

namespace Causeway.Gateway.Files.Content;

/// <summary>A file or folder in a list, as it is on the wire.</summary>
internal sealed record FileEntry(string Type, string Cid, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? MimeType)
{
    /// <summary><see cref="Type"/> of a file.</summary>
    public const string File = "file";

    /// <summary><see cref="Type"/> of a folder.</summary>
    public const string Directory = "directory";
}

/// <summary>All files and folders of a tree, by their paths, and the tree's root.</summary>
internal sealed record FileList(string Cid, IReadOnlyDictionary<string, FileEntry> Entries);

/// <summary>What a CID stands for: a file with its bytes, or the names in a folder.</summary>
internal abstract record FileBody
{
    /// <summary>A file as a whole.</summary>
    internal sealed record File(string MimeType, ReadOnlyMemory<byte> Content) : FileBody;

    /// <summary>A folder: the CIDs by name.</summary>
    internal sealed record Directory(IReadOnlyDictionary<string, string> Entries) : FileBody;
}
