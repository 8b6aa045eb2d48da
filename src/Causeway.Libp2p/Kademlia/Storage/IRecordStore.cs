namespace Causeway.Libp2p.Kademlia.Storage;

/// <summary>
/// Where a DHT node keeps values, one for each key. Implementations are thread-safe, copy what they keep, and bound it: past their capacity the
/// records that were stored longest ago go first, own ones last. They judge neither validity nor age; the caller does.
/// </summary>
public interface IRecordStore
{
    /// <summary>The record of a key; null where there is none.</summary>
    ValueTask<StoredRecord?> GetAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default);

    /// <summary>Stores a record in place of the one with the same key.</summary>
    ValueTask PutAsync(StoredRecord record, CancellationToken cancellationToken = default);

    /// <summary>Removes a key's record; nothing happens where there is none.</summary>
    ValueTask RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default);

    /// <summary>Removes records of other peers that were received before <paramref name="receivedBefore"/>, and returns how many they were.</summary>
    ValueTask<int> RemoveExpiredAsync(DateTimeOffset receivedBefore, CancellationToken cancellationToken = default);

    /// <summary>The records put by this node's user, for republishing.</summary>
    ValueTask<IReadOnlyList<StoredRecord>> GetOwnAsync(CancellationToken cancellationToken = default);
}
