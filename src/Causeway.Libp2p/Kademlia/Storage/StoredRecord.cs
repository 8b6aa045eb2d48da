namespace Causeway.Libp2p.Kademlia.Storage;

/// <summary>A value of the DHT as a node keeps it.</summary>
/// <param name="Key">The record's key, such as <c>/ipns/…</c>, as bytes. At most <see cref="KademliaLimits.MaxKeyLength"/>.</param>
/// <param name="Value">The value, valid when it was stored.</param>
/// <param name="ReceivedAt">When it was stored here last; expiry counts from then.</param>
/// <param name="IsOwn">Whether it was put by this node's user, who wants it republished, and not by another peer.</param>
/// <param name="PublishedAt">When an own value was last given to the nodes closest to it; null where it never was.</param>
public sealed record StoredRecord(
    ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, DateTimeOffset ReceivedAt, bool IsOwn = false, DateTimeOffset? PublishedAt = null);
