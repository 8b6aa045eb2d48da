using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Causeway.Network.Ethernet;

namespace Causeway.Tunnel.Switching;

/// <summary>Which address was last seen where: at a member, or (null) at this machine. Bounded per place and in all. The caller holds the lock.</summary>
internal sealed class AddressTable<TMember>(SwitchOptions options, long ticksPerSecond)
{
    private readonly Dictionary<MacAddress, Entry> _entries = [];
    private readonly long _ageing = (long)(options.Ageing.TotalSeconds * ticksPerSecond);
    private readonly long _moveHold = (long)(options.MoveHold.TotalSeconds * ticksPerSecond);
    private int _local;
    private long _nextSweep = long.MinValue;

    public int Count => _entries.Count;

    /// <summary>Remembers where an address is.</summary>
    public LearnResult Learn(SwitchPort<TMember>? port, MacAddress address, long now)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, address);
        if (!Unsafe.IsNullRef(ref entry))
        {
            if (ReferenceEquals(entry.Port, port))
            {
                entry.LastSeen = now;
                return LearnResult.Learned;
            }

            if (now - entry.LastSeen < _moveHold) return LearnResult.Contested;
            Forget(address);
        }

        if (!HasRoom(port, now)) return LearnResult.Full;
        _entries.Add(address, new Entry { Port = port, LastSeen = now });
        Add(port, 1);
        return LearnResult.Learned;
    }

    /// <summary>Where an address is, unless nothing has been heard of it for too long.</summary>
    public bool TryFind(MacAddress address, long now, out SwitchPort<TMember>? port)
    {
        port = null;
        if (!_entries.TryGetValue(address, out var entry)) return false;
        if (now - entry.LastSeen >= _ageing)
        {
            Forget(address);
            return false;
        }

        port = entry.Port;
        return true;
    }

    public void Forget(MacAddress address)
    {
        if (_entries.Remove(address, out var entry)) Add(entry.Port, -1);
    }

    public void ForgetAll(SwitchPort<TMember> port)
    {
        foreach (var (address, entry) in _entries)
        {
            if (ReferenceEquals(entry.Port, port)) Forget(address);
        }
    }

    /// <summary>Old entries are swept out only when room is needed, and not for every frame: a flood of addresses must not make each of them cost a walk.</summary>
    private bool HasRoom(SwitchPort<TMember>? port, long now)
    {
        if (IsBelowLimits(port)) return true;
        if (now < _nextSweep) return false;
        _nextSweep = now + (_ageing / 30);
        foreach (var (address, entry) in _entries)
        {
            if (now - entry.LastSeen >= _ageing) Forget(address);
        }

        return IsBelowLimits(port);
    }

    private bool IsBelowLimits(SwitchPort<TMember>? port) =>
        (port?.LearnedAddresses ?? _local) < options.MaxAddressesPerMember && _entries.Count < options.MaxAddresses;

    private void Add(SwitchPort<TMember>? port, int change)
    {
        if (port is null) _local += change;
        else port.LearnedAddresses += change;
    }

    private struct Entry
    {
        public SwitchPort<TMember>? Port;
        public long LastSeen;
    }
}

/// <summary>What became of an address that was to be remembered.</summary>
internal enum LearnResult
{
    /// <summary>It is remembered.</summary>
    Learned,

    /// <summary>It was active elsewhere a moment ago, and stays there.</summary>
    Contested,

    /// <summary>There is no room.</summary>
    Full,
}
