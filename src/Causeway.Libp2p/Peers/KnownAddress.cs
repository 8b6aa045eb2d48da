using Causeway.Multiformats;

namespace Causeway.Libp2p.Peers;

/// <summary>An address of a peer.</summary>
/// <param name="Address">The address, without <c>/p2p</c>.</param>
/// <param name="Expires">Until when it is worth something (UTC ticks); <see cref="long.MaxValue"/> for good.</param>
/// <param name="IsCertified">Whether the peer has signed that it is there.</param>
internal readonly record struct KnownAddress(Multiaddress Address, long Expires, bool IsCertified);
