namespace Causeway.Libp2p.Kademlia.Lookups;

/// <summary>How a look-up goes.</summary>
/// <param name="Required">It ends when so many of the closest peers have answered: k where the whole set is wanted, β where near is enough.</param>
/// <param name="Concurrency">Requests under way at once (α), over all paths.</param>
/// <param name="Paths">Disjoint paths (d): no peer is asked on two of them, so a liar spoils one only (S/Kademlia).</param>
/// <param name="Resiliency">A path ends when so many of its closest peers have answered (β).</param>
/// <param name="MaxRequests">Requests in all: whoever makes up ever closer peers does not hold a look-up for ever.</param>
/// <param name="MaxCandidates">Peers kept in mind; the farthest go first.</param>
/// <param name="MaxPeersPerAnswer">Peers taken from one answer (go-libp2p-kad-dht: twice k).</param>
internal sealed record LookupOptions(
    int Required, int Concurrency = 10, int Paths = 1, int Resiliency = 3, int MaxRequests = 256, int MaxCandidates = 1024, int MaxPeersPerAnswer = 40);
