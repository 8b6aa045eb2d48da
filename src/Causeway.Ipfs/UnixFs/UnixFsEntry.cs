namespace Causeway.Ipfs.UnixFs;

/// <summary>What is known of a file, folder or link from its root block alone. Whoever made it may have lied; a file's content is checked against it when it is read.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">A file's length in bytes; 0 for folders and links.</param>
/// <param name="DagSize">The bytes of all its blocks, as the links say.</param>
public sealed record UnixFsEntry(UnixFsKind Kind, long Size, ulong DagSize)
{
    /// <summary>Permissions, the lowest twelve bits as in POSIX, or null.</summary>
    public int? Mode { get; init; }

    /// <summary>When it was changed, or null.</summary>
    public DateTimeOffset? ModifiedTime { get; init; }

    /// <summary>Whether it is a folder of more than one block.</summary>
    public bool IsSharded { get; init; }

    /// <summary>Where a symbolic link points to; it may point anywhere.</summary>
    public string? Target { get; init; }
}
