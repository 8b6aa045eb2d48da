using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Relay.Hop;

/// <summary>Who holds a reservation until when, and how many come from where. Thread-safe.</summary>
internal sealed class ReservationTable(CircuitRelayOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, Entry> _entries = [];
    private readonly Dictionary<IPAddress, int> _addresses = [];
    private readonly Dictionary<IPAddress, int> _subnets = [];

    /// <summary>Reservations held, those included whose end nobody has noticed yet.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>Makes or renews a reservation until <paramref name="expires"/>. A renewal that is refused leaves what was.</summary>
    /// <param name="peer">Who asks.</param>
    /// <param name="source">From where; null where there is no IP address.</param>
    /// <param name="now">The time.</param>
    /// <param name="expires">When it ends.</param>
    public ReservationOutcome Reserve(PeerId peer, IPAddress? source, DateTimeOffset now, DateTimeOffset expires)
    {
        var (address, subnet) = source is null || IPAddress.IsLoopback(source) ? (null, null) : (Prefix(source, 32, 64), Prefix(source, 24, 48));
        lock (_lock)
        {
            var held = _entries.TryGetValue(peer, out var before) && before.Expires > now;
            if (before is not null) Take(peer, before);
            if (_entries.Count >= options.MaxReservations) SweepLocked(now);
            var outcome = Judge(address, subnet, held);
            if (outcome <= ReservationOutcome.Renewed) Put(peer, new Entry(expires, address, subnet));
            else if (held) Put(peer, before!);
            return outcome;
        }
    }

    /// <summary>Whether a peer has one.</summary>
    public bool Holds(PeerId peer, DateTimeOffset now)
    {
        lock (_lock) return _entries.TryGetValue(peer, out var entry) && entry.Expires > now;
    }

    /// <summary>Ends a peer's; false when it has none.</summary>
    public bool Remove(PeerId peer)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(peer, out var entry)) return false;
            Take(peer, entry);
            return true;
        }
    }

    /// <summary>Forgets those that have ended, and says whose they were.</summary>
    public IReadOnlyList<PeerId> Sweep(DateTimeOffset now)
    {
        lock (_lock) return SweepLocked(now);
    }

    private ReservationOutcome Judge(IPAddress? address, IPAddress? subnet, bool held)
    {
        if (_entries.Count >= options.MaxReservations) return ReservationOutcome.Full;
        if (address is not null && _addresses.GetValueOrDefault(address) >= options.MaxReservationsPerAddress) return ReservationOutcome.AddressFull;
        if (subnet is not null && _subnets.GetValueOrDefault(subnet) >= options.MaxReservationsPerSubnet) return ReservationOutcome.SubnetFull;
        return held ? ReservationOutcome.Renewed : ReservationOutcome.Opened;
    }

    private PeerId[] SweepLocked(DateTimeOffset now)
    {
        PeerId[] ended = [.. _entries.Where(entry => entry.Value.Expires <= now).Select(static entry => entry.Key)];
        foreach (var peer in ended) Take(peer, _entries[peer]);
        return ended;
    }

    private void Put(PeerId peer, Entry entry)
    {
        _entries.Add(peer, entry);
        Change(_addresses, entry.Address, 1);
        Change(_subnets, entry.Subnet, 1);
    }

    private void Take(PeerId peer, Entry entry)
    {
        _entries.Remove(peer);
        Change(_addresses, entry.Address, -1);
        Change(_subnets, entry.Subnet, -1);
    }

    private static void Change(Dictionary<IPAddress, int> counts, IPAddress? key, int by)
    {
        if (key is null) return;
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
        count += by;
        if (count == 0) counts.Remove(key);
    }

    private static IPAddress Prefix(IPAddress address, int bits4, int bits6)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        var kept = (address.AddressFamily == AddressFamily.InterNetwork ? bits4 : bits6) / 8;
        bytes.AsSpan(kept).Clear();
        return new IPAddress(bytes);
    }

    private sealed record Entry(DateTimeOffset Expires, IPAddress? Address, IPAddress? Subnet);
}
