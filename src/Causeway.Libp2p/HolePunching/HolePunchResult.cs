using Causeway.Multiformats;

namespace Causeway.Libp2p.HolePunching;

/// <summary>What came of trying to reach a peer directly.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Succeeded">Whether there is a direct connection now.</param>
/// <param name="Attempts">Attempts to punch; 0 where dialing its public addresses was enough.</param>
/// <param name="Took">How long it took in all.</param>
public sealed record HolePunchResult(PeerId Peer, bool Succeeded, int Attempts, TimeSpan Took);
