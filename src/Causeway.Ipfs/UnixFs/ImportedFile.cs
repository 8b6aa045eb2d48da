using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs;

/// <summary>A file that was imported.</summary>
/// <param name="Cid">Its root.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="DagSize">The bytes of all its blocks, as a folder's link to it says (<c>Tsize</c>); a block that is there twice counts twice.</param>
public sealed record ImportedFile(Cid Cid, long Size, ulong DagSize);
