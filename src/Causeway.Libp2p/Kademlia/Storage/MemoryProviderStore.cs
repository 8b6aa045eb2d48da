using System.Runtime.InteropServices;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Storage;

/// <summary>Provider records in memory: gone with the process.</summary>
/// <param name="maxRecords">Records kept in all. At least 1.</param>
/// <param name="maxPerKey">Providers kept for each key. At least 1.</param>
/// <param name="maxPerProvider">Keys kept for each provider, so that one cannot push out all others. At least 1.</param>
/// <param name="maxBytes">Bytes of their keys and addresses kept.</param>
public sealed class MemoryProviderStore(
    int maxRecords = MemoryProviderStore.DefaultMaxRecords,
    int maxPerKey = MemoryProviderStore.DefaultMaxPerKey,
    int maxPerProvider = MemoryProviderStore.DefaultMaxPerProvider,
    long maxBytes = MemoryProviderStore.DefaultMaxBytes) : IProviderStore
{
    /// <summary>Records kept by default.</summary>
    public const int DefaultMaxRecords = 262_144;

    /// <summary>Providers kept for each key by default.</summary>
    public const int DefaultMaxPerKey = 256;

    /// <summary>Keys kept for each provider by default.</summary>
    public const int DefaultMaxPerProvider = 16_384;

    /// <summary>Bytes kept by default: 64 MiB, several times what as many records of honest peers take.</summary>
    public const long DefaultMaxBytes = 64L << 20;

    private readonly Lock _lock = new();
    private readonly SortedSet<Entry> _byExpiry = new(Entry.ByExpiry);
    private readonly Dictionary<ReadOnlyMemory<byte>, SortedSet<Entry>> _byKey = new(KeyComparer.Instance);
    private readonly Dictionary<PeerId, SortedSet<Entry>> _byProvider = [];
    private readonly Dictionary<ReadOnlyMemory<byte>, ProvidedKey> _own = new(KeyComparer.Instance);
    private long _order;
    private long _bytes;

    /// <inheritdoc/>
    public ValueTask AddAsync(ProviderRecord record, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            Remove(record.Key, record.Provider);
            var entry = new Entry(record with { Key = record.Key.ToArray(), Addresses = [.. record.Addresses] }, ++_order);
            _byExpiry.Add(entry);
            _bytes += entry.Size;
            var ofKey = Add(_byKey, entry.Record.Key, entry);
            var ofProvider = Add(_byProvider, record.Provider, entry);
            if (ofKey.Count > maxPerKey) Remove(ofKey.Min!);
            if (ofProvider.Count > maxPerProvider) Remove(ofProvider.Min!);
            while (_byExpiry.Count > 1 && (_byExpiry.Count > maxRecords || _bytes > maxBytes)) Remove(_byExpiry.Min!);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ProviderRecord>> GetAsync(
        ReadOnlyMemory<byte> key, DateTimeOffset now, int limit, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<ProviderRecord>>(
                _byKey.TryGetValue(key, out var entries)
                    ? [.. entries.Reverse().Select(static entry => entry.Record).TakeWhile(record => record.Expires > now).Take(limit)]
                    : []);
        }
    }

    /// <inheritdoc/>
    public ValueTask RemoveAsync(ReadOnlyMemory<byte> key, PeerId provider, CancellationToken cancellationToken = default)
    {
        lock (_lock) Remove(key, provider);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<int> RemoveExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            var removed = 0;
            for (; _byExpiry.Min is { } first && first.Record.Expires <= now; removed++) Remove(first);
            return ValueTask.FromResult(removed);
        }
    }

    /// <inheritdoc/>
    public ValueTask SetOwnAsync(ProvidedKey key, CancellationToken cancellationToken = default)
    {
        var copy = key with { Key = key.Key.ToArray() };
        lock (_lock) _own[copy.Key] = copy;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask RemoveOwnAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        lock (_lock) _own.Remove(key);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ProvidedKey>> GetOwnAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock) return ValueTask.FromResult<IReadOnlyList<ProvidedKey>>([.. _own.Values]);
    }

    private static SortedSet<Entry> Add<T>(Dictionary<T, SortedSet<Entry>> index, T key, Entry entry)
        where T : notnull
    {
        var entries = CollectionsMarshal.GetValueRefOrAddDefault(index, key, out _) ??= new SortedSet<Entry>(Entry.ByExpiry);
        entries.Add(entry);
        return entries;
    }

    private static void Remove<T>(Dictionary<T, SortedSet<Entry>> index, T key, Entry entry)
        where T : notnull
    {
        if (!index.TryGetValue(key, out var entries)) return;
        entries.Remove(entry);
        if (entries.Count == 0) index.Remove(key);
    }

    private void Remove(ReadOnlyMemory<byte> key, PeerId provider)
    {
        if (!_byKey.TryGetValue(key, out var entries)) return;
        if (entries.FirstOrDefault(entry => entry.Record.Provider.Equals(provider)) is { } known) Remove(known);
    }

    private void Remove(Entry entry)
    {
        if (_byExpiry.Remove(entry)) _bytes -= entry.Size;
        Remove(_byKey, entry.Record.Key, entry);
        Remove(_byProvider, entry.Record.Provider, entry);
    }

    private sealed record Entry(ProviderRecord Record, long Order)
    {
        public int Size { get; } = Record.Key.Length + Record.Addresses.Sum(static address => address.Bytes.Length);

        public static readonly IComparer<Entry> ByExpiry = Comparer<Entry>.Create(static (left, right) =>
        {
            var order = left.Record.Expires.CompareTo(right.Record.Expires);
            return order != 0 ? order : left.Order.CompareTo(right.Order);
        });
    }
}
