using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Routing;

/// <summary>
/// The DHT servers that a node knows, in buckets of k by the length of the prefix that their key shares with ours (kad-dht spec, "Kademlia routing
/// table"); a bucket exists once somebody is in it. Long-lived peers stay: a full bucket takes a newcomer only in place of one that was of no use
/// for a while, or that never answered where the newcomer has. Thread-safe, does no I/O.
/// </summary>
internal sealed class RoutingTable(KademliaKey self, RoutingTableOptions options)
{
    private readonly Lock _lock = new();
    private readonly List<RoutingEntry>?[] _buckets = new List<RoutingEntry>?[KademliaKey.Length];
    private readonly Dictionary<PeerId, RoutingEntry> _entries = [];
    private readonly GroupCounts _groups = new(options.MaxPerGroup, options.MaxPerGroupAndBucket);

    /// <summary>Raised, under the table's lock, when a peer comes in; handlers must not call back.</summary>
    public event Action<PeerId>? Added;

    /// <summary>Raised, under the table's lock, when a peer leaves; handlers must not call back.</summary>
    public event Action<PeerId>? Removed;

    /// <summary>Our own place.</summary>
    public KademliaKey Self => self;

    /// <summary>How many peers it holds.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>Takes a peer in, or notes what is new of one that is in already.</summary>
    /// <param name="peer">A DHT server.</param>
    /// <param name="addresses">Where it can be dialed.</param>
    /// <param name="groups">The IP groups that it was seen in; what it says of itself does not count.</param>
    /// <param name="answered">Whether it has just answered a request of ours.</param>
    /// <param name="now">The time.</param>
    /// <returns>False where it is refused: ourselves, a full bucket, too many of its IP group.</returns>
    public bool TryAdd(PeerId peer, IReadOnlyList<Multiaddress> addresses, IPGroup[] groups, bool answered, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(peer, out var known))
            {
                if (answered) known.LastUsefulAt = now;
                Move(known, addresses, groups);
                return true;
            }

            var key = KademliaKey.Of(peer);
            var bucket = self.CommonPrefixLength(key);
            if (bucket == KademliaKey.Length) return false;
            if (!_groups.Allows(bucket, groups)) return false;
            var entries = _buckets[bucket] ??= new List<RoutingEntry>(4);
            if (entries.Count >= options.BucketSize)
            {
                if (Replaceable(entries, answered, now) is not { } victim) return false;
                RemoveEntry(victim, bucket);
            }

            var entry = new RoutingEntry(peer, key, now) { Addresses = addresses, Groups = groups, LastUsefulAt = answered ? now : null };
            entries.Add(entry);
            _entries.Add(peer, entry);
            _groups.Add(bucket, groups);
            Added?.Invoke(peer);
            return true;
        }
    }

    /// <summary>Removes a peer: it failed, or is no server any more. False where it was not in.</summary>
    public bool Remove(PeerId peer)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(peer, out var entry)) return false;
            RemoveEntry(entry, self.CommonPrefixLength(entry.Key));
            return true;
        }
    }

    /// <summary>Whether the peer is in.</summary>
    public bool Contains(PeerId peer)
    {
        lock (_lock) return _entries.ContainsKey(peer);
    }

    /// <summary>Where a peer of the table was reached last; empty where it is not in.</summary>
    public IReadOnlyList<Multiaddress> AddressesOf(PeerId peer)
    {
        lock (_lock) return _entries.TryGetValue(peer, out var entry) ? entry.Addresses : [];
    }

    /// <summary>The peers closest to a place, the closest first.</summary>
    public List<PeerId> Closest(KademliaKey target, int count, PeerId? except = null)
    {
        var candidates = new List<(KademliaKey Distance, PeerId Peer)>(count * 2);
        lock (_lock)
        {
            // Peers that differ from us in the bit in which the target does are closest to it; then all who share more with us than the target
            // does, in no order; then bucket by bucket away from it.
            var split = Math.Min(self.CommonPrefixLength(target), KademliaKey.Length - 1);
            Collect(split);
            if (candidates.Count < count)
            {
                for (var bucket = split + 1; bucket < _buckets.Length; bucket++) Collect(bucket);
            }

            for (var bucket = split - 1; bucket >= 0 && candidates.Count < count; bucket--) Collect(bucket);
        }

        candidates.Sort(static (left, right) => left.Distance.CompareTo(right.Distance));
        var closest = new List<PeerId>(Math.Min(count, candidates.Count));
        for (var i = 0; i < candidates.Count && closest.Count < count; i++) closest.Add(candidates[i].Peer);
        return closest;

        void Collect(int bucket)
        {
            if (_buckets[bucket] is not { } entries) return;
            foreach (var entry in entries)
            {
                if (except is null || !entry.Peer.Equals(except)) candidates.Add((entry.Key.DistanceTo(target), entry.Peer));
            }
        }
    }

    /// <summary>What <paramref name="select"/> makes of every entry.</summary>
    public List<T> Select<T>(Func<RoutingEntry, T> select)
    {
        lock (_lock) return [.. _entries.Values.Select(select)];
    }

    /// <summary>How many peers each bucket holds, up to the last one that holds any.</summary>
    public int[] BucketSizes()
    {
        lock (_lock)
        {
            var last = Array.FindLastIndex(_buckets, static entries => entries?.Count > 0);
            return [.. _buckets.Take(last + 1).Select(static entries => entries?.Count ?? 0)];
        }
    }

    private RoutingEntry? Replaceable(List<RoutingEntry> entries, bool answered, DateTimeOffset now)
    {
        RoutingEntry? victim = null;
        foreach (var entry in entries)
        {
            var isStale = now - entry.LastSeenAt > options.UsefulnessGrace;
            if (!isStale && !(answered && entry.LastUsefulAt is null)) continue;
            if (victim is null || entry.LastSeenAt < victim.LastSeenAt) victim = entry;
        }

        return victim;
    }

    // A peer may have moved; to a crowded group it does not move on paper, so that the limits hold.
    private void Move(RoutingEntry entry, IReadOnlyList<Multiaddress> addresses, IPGroup[] groups)
    {
        if (addresses.Count > 0) entry.Addresses = addresses;
        if (groups.Length == 0 || groups.AsSpan().SequenceEqual(entry.Groups)) return;
        var bucket = self.CommonPrefixLength(entry.Key);
        _groups.Remove(bucket, entry.Groups);
        if (_groups.Allows(bucket, groups)) entry.Groups = groups;
        _groups.Add(bucket, entry.Groups);
    }

    [SuppressMessage("Performance", "CA1868", Justification = "The list is of at most k entries.")]
    private void RemoveEntry(RoutingEntry entry, int bucket)
    {
        _entries.Remove(entry.Peer);
        _buckets[bucket]!.Remove(entry);
        _groups.Remove(bucket, entry.Groups);
        Removed?.Invoke(entry.Peer);
    }
}
