namespace Causeway.Ipfs.UnixFs;

/// <summary>What the leaves of a file are.</summary>
public enum LeafKind
{
    /// <summary>Blocks of the codec <c>raw</c>: the file's bytes as they are, always under version 1 CIDs.</summary>
    Raw,

    /// <summary>DAG-PB nodes that are files.</summary>
    UnixFsFile,

    /// <summary>DAG-PB nodes of the old type <c>Raw</c>, as Kubo's trickle layout makes them.</summary>
    UnixFsRaw,
}
