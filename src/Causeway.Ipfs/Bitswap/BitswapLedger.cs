using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap;

/// <summary>What went to and came from one peer since it connected.</summary>
/// <param name="Peer">Who it is.</param>
/// <param name="BytesSent">Bytes of blocks that it got.</param>
/// <param name="BytesReceived">Bytes of blocks that came from it.</param>
/// <param name="BlocksSent">Blocks that it got.</param>
/// <param name="BlocksReceived">Blocks that came from it.</param>
/// <param name="Wants">What it wants and has not got.</param>
public sealed record BitswapLedger(PeerId Peer, long BytesSent, long BytesReceived, long BlocksSent, long BlocksReceived, int Wants);
