namespace Causeway.Libp2p.Kademlia.Storage;

/// <summary>Values in memory: gone with the process.</summary>
/// <param name="maxRecords">Records of other peers kept; past it those stored longest ago go. At least 1.</param>
/// <param name="maxBytes">Bytes of their keys and values kept.</param>
public sealed class MemoryRecordStore(int maxRecords = MemoryRecordStore.DefaultMaxRecords, long maxBytes = MemoryRecordStore.DefaultMaxBytes) : IRecordStore
{
    /// <summary>Records kept by default.</summary>
    public const int DefaultMaxRecords = 65_536;

    /// <summary>Bytes kept by default: 64 MiB.</summary>
    public const long DefaultMaxBytes = 64L << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<ReadOnlyMemory<byte>, LinkedListNode<StoredRecord>> _records = new(KeyComparer.Instance);
    private readonly LinkedList<StoredRecord> _others = new();
    private readonly LinkedList<StoredRecord> _own = new();
    private long _bytes;

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> GetAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        lock (_lock) return ValueTask.FromResult(_records.GetValueOrDefault(key)?.Value);
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(StoredRecord record, CancellationToken cancellationToken = default)
    {
        var copy = record with { Key = record.Key.ToArray(), Value = record.Value.ToArray() };
        lock (_lock)
        {
            Remove(copy.Key);
            _records.Add(copy.Key, (copy.IsOwn ? _own : _others).AddLast(copy));
            if (!copy.IsOwn) _bytes += SizeOf(copy);
            while (_others.First is { } oldest && _others.Count > 1 && (_others.Count > maxRecords || _bytes > maxBytes)) Remove(oldest.Value.Key);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        lock (_lock) Remove(key);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> RemoveExpiredAsync(DateTimeOffset receivedBefore, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var expired = _others.Where(record => record.ReceivedAt < receivedBefore).ToArray();
            foreach (var record in expired) Remove(record.Key);
            return ValueTask.FromResult(expired.Length);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRecord>> GetOwnAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock) return ValueTask.FromResult<IReadOnlyList<StoredRecord>>([.. _own]);
    }

    private static int SizeOf(StoredRecord record) => record.Key.Length + record.Value.Length;

    private void Remove(ReadOnlyMemory<byte> key)
    {
        if (!_records.Remove(key, out var node)) return;
        if (!node.Value.IsOwn) _bytes -= SizeOf(node.Value);
        node.List!.Remove(node);
    }
}
