using System.Runtime.InteropServices;

namespace Causeway.Ipfs.Stores;

/// <summary>What a step of a sweep did.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SweepStep(int Deleted, long DeletedBytes, bool IsLast);
