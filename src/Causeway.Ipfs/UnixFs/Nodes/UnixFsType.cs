namespace Causeway.Ipfs.UnixFs.Nodes;

/// <summary>What a UnixFS node is (ipfs/specs, UnixFS, "DataType"). The values are those on the wire.</summary>
internal enum UnixFsType
{
    /// <summary>A file's leaf as old importers wrote it; read as <see cref="File"/>.</summary>
    Raw = 0,
    Directory = 1,
    File = 2,
    Metadata = 3,
    Symlink = 4,
    HamtShard = 5,
}
