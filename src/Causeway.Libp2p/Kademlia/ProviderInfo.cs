using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia;

/// <summary>Somebody who provides what was searched for.</summary>
/// <param name="Peer">The provider.</param>
/// <param name="Addresses">Where it said it can be reached, without <c>/p2p</c>; empty where nobody knows, then the DHT can be asked for the peer.</param>
public sealed record ProviderInfo(PeerId Peer, IReadOnlyList<Multiaddress> Addresses);
