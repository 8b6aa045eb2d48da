using System.Runtime.InteropServices;

namespace Causeway.Ipfs.Stores;

/// <summary>Blocks that were deleted, and their lengths together.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SweptBlocks(long Count, long Bytes);
