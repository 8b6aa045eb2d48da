using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>A shard that is not in memory.</summary>
internal sealed class HamtReference(Cid cid, ulong dagSize) : HamtChild
{
    public Cid Cid { get; } = cid;

    public ulong DagSize { get; } = dagSize;
}
