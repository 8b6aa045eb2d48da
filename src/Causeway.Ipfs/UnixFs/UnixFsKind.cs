namespace Causeway.Ipfs.UnixFs;

/// <summary>What a CID of UnixFS leads to.</summary>
public enum UnixFsKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A folder, in one block or sharded.</summary>
    Directory,

    /// <summary>A symbolic link; nothing here follows it.</summary>
    Symlink,
}
