using Causeway.Cryptography.Keys;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Peers;

/// <summary>All that the store knows about one peer, to be kept across restarts.</summary>
/// <param name="Peer">Whom it is about.</param>
/// <param name="Key">The public key, where the ID does not embed it.</param>
/// <param name="Info">What Identify reported.</param>
/// <param name="Protocols">What Identify reported that it speaks.</param>
/// <param name="SignedRecord">The newest signed peer record's envelope.</param>
/// <param name="Sequence">That record's sequence number.</param>
/// <param name="Addresses">Where it may be reached.</param>
/// <param name="LastSeen">When we were last connected to it (UTC ticks); 0 for never.</param>
internal sealed record PeerSnapshot(
    PeerId Peer,
    PublicKey? Key,
    PeerInfo? Info,
    IReadOnlyCollection<string> Protocols,
    byte[]? SignedRecord,
    ulong Sequence,
    IReadOnlyList<KnownAddress> Addresses,
    long LastSeen);
