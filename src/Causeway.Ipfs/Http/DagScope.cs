namespace Causeway.Ipfs.Http;

/// <summary>How much of a DAG is wanted below the end of a path (ipfs/specs, trustless gateway, <c>dag-scope</c>).</summary>
public enum DagScope
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>What it takes to read a file or to list a folder; of what is not UnixFS, one block.</summary>
    Entity,

    /// <summary>One block.</summary>
    Block,
}
