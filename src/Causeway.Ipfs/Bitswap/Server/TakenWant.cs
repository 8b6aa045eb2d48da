using System.Runtime.InteropServices;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Server;

/// <summary>A want whose turn it is, as it was when it was taken.</summary>
/// <param name="Want">The want.</param>
/// <param name="WantsBlock">The block, or only whether it is here.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TakenWant(ServedWant Want, bool WantsBlock)
{
    /// <summary>The block's CID.</summary>
    public Cid Cid => Want.Cid;
}
