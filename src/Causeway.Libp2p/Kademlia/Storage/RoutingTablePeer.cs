using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Storage;

/// <summary>A peer of the routing table, as it is remembered across restarts.</summary>
/// <param name="Peer">The peer, a DHT server when it was last seen.</param>
/// <param name="Addresses">Where it was reached, without <c>/p2p</c>. At most <see cref="KademliaLimits.MaxAddressesPerPeer"/>.</param>
/// <param name="LastUsefulAt">When it last answered us; null where it never did.</param>
public sealed record RoutingTablePeer(PeerId Peer, IReadOnlyList<Multiaddress> Addresses, DateTimeOffset? LastUsefulAt);
