using System.Runtime.InteropServices;

namespace Causeway.Ipfs.Bitswap;

/// <summary>How far fetching is.</summary>
/// <param name="Blocks">Blocks that are here, whether they came now or were here before.</param>
/// <param name="Bytes">Their bytes, as far as they were looked at: blocks of raw bytes that were here before are not read again, and count nothing.</param>
/// <param name="BlocksReceived">Blocks that came from others for this session.</param>
/// <param name="BytesReceived">Their bytes.</param>
/// <param name="Peers">Peers that are asked.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BitswapProgress(long Blocks, long Bytes, long BlocksReceived, long BytesReceived, int Peers);
