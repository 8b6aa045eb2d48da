using System.Runtime.InteropServices;

namespace Causeway.Ipfs.Stores;

/// <summary>What is known of a block without reading it. Numbers grow, and are not used again while the store is open.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockEntry(long Id, int Length, long Epoch);
