using System.Collections.Frozen;
using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Records;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Peers;

/// <summary>The peer store in memory. Thread-safe.</summary>
internal sealed class PeerStore : IPeerStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, PeerEntry> _entries = [];
    private readonly PeerStoreOptions _options;
    private readonly TimeProvider _time;
    private long _uses;

    public PeerStore(PeerStoreOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new PeerStoreOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Whether a peer is connected: then nothing about it expires, and it is not forgotten.</summary>
    public Predicate<PeerId> IsConnected { get; set; } = static _ => false;

    /// <summary>Called under the store's lock when something becomes known about a peer.</summary>
    public Action<PeerId>? Changed { get; set; }

    /// <summary>Called under the store's lock when a peer is removed on request; not when it makes room for others.</summary>
    public Action<PeerId>? Removed { get; set; }

    public IReadOnlyList<PeerId> All
    {
        get
        {
            lock (_lock) return [.. _entries.Keys];
        }
    }

    public void AddAddresses(PeerId peer, IEnumerable<Multiaddress> addresses, TimeSpan timeToLive)
    {
        if (timeToLive <= TimeSpan.Zero) return;
        var expires = ExpiryOf(timeToLive);
        var stripped = addresses.Select(static address => address.WithoutPeerId()).Where(static address => !address.IsEmpty).Take(_options.MaxAddressesPerPeer).ToArray();
        if (stripped.Length == 0) return;
        lock (_lock)
        {
            var entry = Touch(peer);
            foreach (var address in stripped) entry.Add(address, expires, certified: false, _options.MaxAddressesPerPeer);
        }
    }

    public IReadOnlyList<Multiaddress> AddressesOf(PeerId peer)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(peer, out var entry)) return [];
            if (!IsConnected(peer)) entry.Expire(Now);
            entry.LastUsed = ++_uses;
            return entry.Addresses();
        }
    }

    public IReadOnlyCollection<string> ProtocolsOf(PeerId peer)
    {
        lock (_lock) return _entries.TryGetValue(peer, out var entry) ? entry.Protocols : FrozenSet<string>.Empty;
    }

    public void SetProtocols(PeerId peer, IEnumerable<string> protocols)
    {
        var known = protocols.Take(_options.MaxProtocolsPerPeer).ToHashSet(StringComparer.Ordinal);
        lock (_lock) Touch(peer).Protocols = known;
    }

    public PublicKey? KeyOf(PeerId peer)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(peer, out var entry) && entry.Key is { } known) return known;
        }

        return peer.TryGetPublicKey(out var embedded) ? embedded : null;
    }

    /// <summary>Remembers a key that is proven to be the peer's, where its ID does not embed it.</summary>
    public void SetKey(PeerId peer, PublicKey key)
    {
        if (IsEmbedded(key)) return;
        lock (_lock) Touch(peer).Key = key;
    }

    public PeerInfo? InfoOf(PeerId peer)
    {
        lock (_lock) return _entries.TryGetValue(peer, out var entry) ? entry.Info : null;
    }

    public void SetInfo(PeerId peer, PeerInfo info)
    {
        lock (_lock) Touch(peer).Info = info;
    }

    public bool AddSignedRecord(PeerId peer, ReadOnlySpan<byte> envelope)
    {
        lock (_lock)
        {
            // Peers repeat their record at every connection: an identical one needs no second verification.
            if (_entries.TryGetValue(peer, out var known) && known.SignedRecord is { } held && envelope.SequenceEqual(held))
            {
                known.ExtendTo(ExpiryOf(AddressLifetime.Identified));
                Changed?.Invoke(peer);
                return known.HasAddresses;
            }
        }

        if (!PeerRecord.TryOpen(envelope, out var record, out var key) || !record.Peer.Equals(peer)) return false;
        lock (_lock)
        {
            var entry = Touch(peer);
            if (entry.SignedRecord is not null && record.Sequence <= entry.Sequence) return false;
            entry.SignedRecord = envelope.ToArray();
            entry.Sequence = record.Sequence;
            entry.Key ??= IsEmbedded(key) ? null : key;
            entry.DropCertified();
            var expires = ExpiryOf(AddressLifetime.Identified);
            foreach (var address in record.Addresses)
            {
                if (address.WithoutPeerId() is { IsEmpty: false } stripped) entry.Add(stripped, expires, certified: true, _options.MaxAddressesPerPeer);
            }

            return true;
        }
    }

    public ReadOnlyMemory<byte>? SignedRecordOf(PeerId peer)
    {
        lock (_lock) return _entries.TryGetValue(peer, out var entry) && entry.SignedRecord is { } record ? new ReadOnlyMemory<byte>(record) : (ReadOnlyMemory<byte>?)null;
    }

    public void Remove(PeerId peer)
    {
        lock (_lock)
        {
            _entries.Remove(peer);
            Removed?.Invoke(peer);
        }
    }

    /// <summary>The last connection to a peer has ended: what is known stays valid for a while from now.</summary>
    public void Disconnected(PeerId peer)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(peer, out var entry)) return;
            entry.ExtendTo(ExpiryOf(AddressLifetime.RecentlyConnected));
            entry.LastSeen = Now;
            Changed?.Invoke(peer);
        }
    }

    /// <summary>All that is known about a peer; null when it is not.</summary>
    public PeerSnapshot? SnapshotOf(PeerId peer)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(peer, out var entry)) return null;
            var lastSeen = IsConnected(peer) ? Now : entry.LastSeen;
            return new PeerSnapshot(peer, entry.Key, entry.Info, entry.Protocols, entry.SignedRecord, entry.Sequence, [.. entry.KnownAddresses], lastSeen);
        }
    }

    /// <summary>Takes in what an earlier run knew; what this run knows already goes before it. Is no change.</summary>
    public void Restore(PeerSnapshot snapshot)
    {
        lock (_lock)
        {
            var entry = Use(snapshot.Peer);
            entry.Key ??= snapshot.Key;
            entry.Info ??= snapshot.Info;
            entry.LastSeen = Math.Max(entry.LastSeen, snapshot.LastSeen);
            if (entry.Protocols.Count == 0) entry.Protocols = snapshot.Protocols;
            var isNewest = entry.SignedRecord is null;
            if (isNewest) (entry.SignedRecord, entry.Sequence) = (snapshot.SignedRecord, snapshot.Sequence);
            foreach (var known in snapshot.Addresses) entry.Add(known.Address, known.Expires, known.IsCertified && isNewest, _options.MaxAddressesPerPeer);
        }
    }

    // IDs of short keys carry the key itself (peer-ids spec).
    private static bool IsEmbedded(PublicKey key) => key.Type is KeyType.Ed25519 or KeyType.Secp256k1;

    private long Now => _time.GetUtcNow().UtcTicks;

    private long ExpiryOf(TimeSpan timeToLive)
    {
        var now = Now;
        return timeToLive.Ticks >= long.MaxValue - now ? long.MaxValue : now + timeToLive.Ticks;
    }

    private PeerEntry Touch(PeerId peer)
    {
        var entry = Use(peer);
        Changed?.Invoke(peer);
        return entry;
    }

    private PeerEntry Use(PeerId peer)
    {
        if (!_entries.TryGetValue(peer, out var entry))
        {
            if (_entries.Count >= _options.MaxPeers) MakeRoom();
            entry = new PeerEntry();
            _entries.Add(peer, entry);
        }

        entry.LastUsed = ++_uses;
        return entry;
    }

    // A sixteenth at a time, so that a flood of names does not sort the whole store for each of them.
    private void MakeRoom()
    {
        var surplus = _entries.Count - _options.MaxPeers + 1;
        var count = Math.Max(surplus, _options.MaxPeers / 16);
        var oldest = _entries.Where(pair => !IsConnected(pair.Key)).OrderBy(static pair => pair.Value.LastUsed).Take(count).Select(static pair => pair.Key).ToArray();
        foreach (var peer in oldest) _entries.Remove(peer);
    }
}
