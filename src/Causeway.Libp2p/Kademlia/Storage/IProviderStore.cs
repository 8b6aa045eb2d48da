using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Storage;

/// <summary>
/// Where a DHT node keeps who provides what, and what it provides itself. Implementations are thread-safe, copy what they keep, and bound the
/// provider records: in all, for each key, and for each provider. Past a bound the records that expire first go first.
/// </summary>
public interface IProviderStore
{
    /// <summary>Stores a record in place of the one with the same key and provider.</summary>
    ValueTask AddAsync(ProviderRecord record, CancellationToken cancellationToken = default);

    /// <summary>The records of a key that expire after <paramref name="now"/>, those that expire last first, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<ProviderRecord>> GetAsync(ReadOnlyMemory<byte> key, DateTimeOffset now, int limit, CancellationToken cancellationToken = default);

    /// <summary>Removes a provider of a key; nothing happens where it is none.</summary>
    ValueTask RemoveAsync(ReadOnlyMemory<byte> key, PeerId provider, CancellationToken cancellationToken = default);

    /// <summary>Removes records that expire at or before <paramref name="now"/>, and returns how many they were.</summary>
    ValueTask<int> RemoveExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken = default);

    /// <summary>Remembers a key that this node's user provides, in place of the same key. Not bounded by the limits on provider records.</summary>
    ValueTask SetOwnAsync(ProvidedKey key, CancellationToken cancellationToken = default);

    /// <summary>Forgets a key that this node's user no longer provides.</summary>
    ValueTask RemoveOwnAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default);

    /// <summary>The keys that this node's user provides.</summary>
    ValueTask<IReadOnlyList<ProvidedKey>> GetOwnAsync(CancellationToken cancellationToken = default);
}
