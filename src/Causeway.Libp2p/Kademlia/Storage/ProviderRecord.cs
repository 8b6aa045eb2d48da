using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Storage;

/// <summary>That a peer provides what a key names.</summary>
/// <param name="Key">The content's multihash, as bytes. At most <see cref="KademliaLimits.MaxProviderKeyLength"/>.</param>
/// <param name="Provider">Who provides it.</param>
/// <param name="Addresses">Where the provider said it can be reached, without <c>/p2p</c>. At most <see cref="KademliaLimits.MaxAddressesPerPeer"/>.</param>
/// <param name="Expires">From when on the record is no longer served.</param>
public sealed record ProviderRecord(
    ReadOnlyMemory<byte> Key, PeerId Provider, IReadOnlyList<Multiaddress> Addresses, DateTimeOffset Expires);
