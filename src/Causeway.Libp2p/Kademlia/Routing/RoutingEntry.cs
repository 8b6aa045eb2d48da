using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Routing;

/// <summary>A peer of the routing table. Guarded by the table's lock.</summary>
internal sealed class RoutingEntry(PeerId peer, KademliaKey key, DateTimeOffset addedAt)
{
    public PeerId Peer => peer;

    public KademliaKey Key => key;

    /// <summary>When it came into the table.</summary>
    public DateTimeOffset AddedAt => addedAt;

    /// <summary>When it last answered one of our requests; null where it has not yet.</summary>
    public DateTimeOffset? LastUsefulAt { get; set; }

    /// <summary>Where it was reached last.</summary>
    public IReadOnlyList<Multiaddress> Addresses { get; set; } = [];

    /// <summary>The groups that it counts in.</summary>
    public IPGroup[] Groups { get; set; } = [];

    /// <summary>When it was last of any use: it answered, or we had just met it.</summary>
    public DateTimeOffset LastSeenAt => LastUsefulAt ?? addedAt;
}
