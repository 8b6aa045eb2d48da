namespace Causeway.Ipfs.UnixFs.Nodes;

/// <summary>The message in a DAG-PB node's data that makes it a file, a folder, … (ipfs/specs, UnixFS, "dag-pb Node").</summary>
internal sealed class UnixFsData
{
    public required UnixFsType Type { get; init; }

    /// <summary>A file's bytes, a link's target, a shard's bit field.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The file's length that the node claims, in bytes; null where it claims none.</summary>
    public ulong? FileSize { get; init; }

    /// <summary>How many bytes of the file each link leads to.</summary>
    public IReadOnlyList<ulong> BlockSizes { get; init; } = [];

    /// <summary>The multihash code of a shard's hash function.</summary>
    public ulong? HashType { get; init; }

    /// <summary>How many places a shard has.</summary>
    public ulong? Fanout { get; init; }

    public UnixFsMetadata Metadata { get; init; }
}
