using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Wire;

/// <summary>A peer as messages carry it.</summary>
/// <param name="Peer">Who it is.</param>
/// <param name="Addresses">Where it can be reached, without <c>/p2p</c>.</param>
/// <param name="Connection">How the sender stands to it.</param>
internal sealed record KademliaPeer(PeerId Peer, IReadOnlyList<Multiaddress> Addresses, KademliaConnection Connection = KademliaConnection.NotConnected);
