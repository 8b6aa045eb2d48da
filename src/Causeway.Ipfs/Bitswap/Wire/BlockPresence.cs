using System.Runtime.InteropServices;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Wire;

/// <summary>Whether the sender has a block (<c>Message.BlockPresence</c>).</summary>
/// <param name="Cid">The block.</param>
/// <param name="Has">HAVE, or DONT_HAVE.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockPresence(Cid Cid, bool Has);
