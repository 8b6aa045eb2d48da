namespace Causeway.Ipfs.Dag.Pb;

/// <summary>A DAG-PB node: links, and bytes that mean something to whoever wrote them (UnixFS).</summary>
public sealed class DagPbNode
{
    /// <summary>The links, in the block's order.</summary>
    public IReadOnlyList<DagPbLink> Links { get; init; } = [];

    /// <summary>The bytes, or null where there are none (which is not the same block as one with empty bytes).</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }
}
