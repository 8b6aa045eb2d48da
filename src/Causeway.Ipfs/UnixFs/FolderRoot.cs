using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs;

/// <summary>A folder that was written.</summary>
/// <param name="Cid">Its root.</param>
/// <param name="DagSize">The bytes of all its blocks and of those of its entries, as the links say: what a link to it says (<c>Tsize</c>).</param>
public sealed record FolderRoot(Cid Cid, ulong DagSize);
