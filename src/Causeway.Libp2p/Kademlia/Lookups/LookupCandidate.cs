using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Lookups;

/// <summary>A peer that a look-up has heard of.</summary>
internal sealed class LookupCandidate(PeerId peer, KademliaKey distance, int path, int depth)
{
    public PeerId Peer => peer;

    /// <summary>How far it is from the target.</summary>
    public KademliaKey Distance => distance;

    /// <summary>The path that found it.</summary>
    public int Path => path;

    /// <summary>Hops from our routing table: 0 for a peer in it.</summary>
    public int Depth => depth;

    public CandidateState State { get; set; }
}
