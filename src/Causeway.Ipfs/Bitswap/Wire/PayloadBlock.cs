using System.Runtime.InteropServices;

namespace Causeway.Ipfs.Bitswap.Wire;

/// <summary>A block as it travels (<c>Message.Block</c>): its CID without the digest, which the receiver computes.</summary>
/// <param name="Prefix">Version, codec, hash function, digest length.</param>
/// <param name="Data">The bytes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PayloadBlock(CidPrefix Prefix, ReadOnlyMemory<byte> Data);
