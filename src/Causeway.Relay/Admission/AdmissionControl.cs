using System.Net;
using Causeway.Hosting.Servers;

namespace Causeway.Relay.Admission;

/// <summary>
/// Who may connect: counts connections in all, those that have not proved who they are, and those of each address. One lock, so that no two connections ever
/// share the last place.
/// </summary>
internal sealed class AdmissionControl(RelayOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressKey, Entry> _addresses = [];
    private int _connections;
    private int _unproved;

    /// <summary>Connections now.</summary>
    public int Connections => _connections;

    /// <summary>Whether nobody is let in any more.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Takes a place, if there is one; it must be given back with <see cref="Leave"/>.</summary>
    public AdmissionResult TryEnter(IPAddress address)
    {
        lock (_lock)
        {
            var key = AddressKey.Of(address);
            _ = _addresses.TryGetValue(key, out var entry);
            if (entry is not null && Failures(entry) >= options.MaxFailuresPerAddress) return AdmissionResult.TooManyFailures;
            if (IsClosed || _connections >= options.MaxMembers || _unproved >= options.MaxUnproved) return AdmissionResult.Full;
            if (entry?.Connections >= options.MaxPerAddress) return AdmissionResult.TooManyOfAddress;
            if (entry is null) _addresses[key] = entry = new Entry();
            entry.Connections++;
            _connections++;
            _unproved++;
            return AdmissionResult.Admitted;
        }
    }

    /// <summary>A connection has proved who it is.</summary>
    public void Proved()
    {
        lock (_lock) _unproved--;
    }

    /// <summary>A proof did not hold.</summary>
    public void Failed(IPAddress address)
    {
        lock (_lock)
        {
            if (!_addresses.TryGetValue(AddressKey.Of(address), out var entry)) return;
            _ = Failures(entry);
            entry.Failures++;
        }
    }

    /// <summary>A connection has ended.</summary>
    public void Leave(IPAddress address, bool wasProved)
    {
        lock (_lock)
        {
            _connections--;
            if (!wasProved) _unproved--;
            var key = AddressKey.Of(address);
            if (!_addresses.TryGetValue(key, out var entry)) return;
            entry.Connections--;
            if (entry.Connections == 0 && Failures(entry) == 0) _addresses.Remove(key);
        }
    }

    /// <summary>Forgets failures that are a minute old; called now and then.</summary>
    public void Sweep()
    {
        lock (_lock)
        {
            foreach (var (key, entry) in _addresses)
            {
                if (entry.Connections == 0 && Failures(entry) == 0) _addresses.Remove(key);
            }
        }
    }

    private int Failures(Entry entry)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(entry.Since, now) >= TimeSpan.FromMinutes(1)) (entry.Since, entry.Failures) = (now, 0);
        return entry.Failures;
    }

    private sealed class Entry
    {
        public int Connections { get; set; }

        public int Failures { get; set; }

        public long Since { get; set; }
    }
}
