using System.Runtime.InteropServices;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Wire;

/// <summary>One line of a wantlist (<c>Message.Wantlist.Entry</c>).</summary>
/// <param name="Cid">What is wanted.</param>
/// <param name="Type">The block, or whether it is there.</param>
/// <param name="Priority">Higher ones are answered first.</param>
/// <param name="IsCancel">Whether it is no longer wanted.</param>
/// <param name="SendDontHave">Whether the answer may be that it is not there; else there is none then.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WantEntry(Cid Cid, WantType Type = WantType.Block, int Priority = 1, bool IsCancel = false, bool SendDontHave = false);
