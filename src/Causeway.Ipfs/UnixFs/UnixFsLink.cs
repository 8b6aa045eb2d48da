using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs;

/// <summary>What a folder says of one of its entries.</summary>
/// <param name="Name">Its name within the folder: whatever whoever made it wrote there but <c>/</c> and NUL, and never empty, <c>.</c> or <c>..</c>.</param>
/// <param name="Cid">Its root.</param>
/// <param name="Size">The bytes of all its blocks as the folder says (<c>Tsize</c>), 0 where it says nothing; never to be trusted.</param>
public sealed record UnixFsLink(string Name, Cid Cid, ulong Size);
