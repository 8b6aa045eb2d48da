namespace Causeway.Libp2p.Kademlia.Storage;

/// <summary>A key that this node's user provides.</summary>
/// <param name="Key">The content's multihash, as bytes.</param>
/// <param name="ProvidedAt">When the nodes closest to it were last told; null where they never were.</param>
public sealed record ProvidedKey(ReadOnlyMemory<byte> Key, DateTimeOffset? ProvidedAt = null);
