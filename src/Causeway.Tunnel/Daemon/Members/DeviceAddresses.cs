using System.Net;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;

namespace Causeway.Tunnel.Daemon.Members;

/// <summary>Gives the device the addresses that the roster gives this machine.</summary>
internal sealed class DeviceAddresses(ISegmentDevice device, LoopGuard guard, Warnings warnings)
{
    private const string Clash = "address clash", NoIpv6 = "no ipv6", NoAddress = "no address";

    private readonly Lock _lock = new();
    private SegmentAddress[] _wanted = [];
    private bool _isSet = true;

    /// <summary>The addresses of a member: IPv4 if it has one, and IPv6. None if it is on the roster no more.</summary>
    public static SegmentAddress[] Of(Roster roster, TunnelPeerId self)
    {
        if (roster.Find(self) is not { } me) return [];
        var ipv6 = new SegmentAddress(me.IPv6, SegmentAddresses.IPv6PrefixLength);
        return me.IPv4 is null ? [ipv6] : [new SegmentAddress(me.IPv4, roster.Subnet.PrefixLength), ipv6];
    }

    /// <summary>Sets the addresses of a roster.</summary>
    /// <exception cref="SegmentDeviceException">The device is gone, or in error; a clash of addresses becomes a warning.</exception>
    public void Apply(Roster roster, TunnelPeerId self)
    {
        lock (_lock)
        {
            var wanted = Of(roster, self);
            warnings.Set(NoAddress, wanted.Length == 1 ? "This machine has no IPv4 address in the network: another member has the same one, or the subnet is full; an administrator gives it one with 'causeway tunnel address'." : null);
            guard.SetNetworks(Networks(roster, self));
            if (_isSet && wanted.SequenceEqual(_wanted)) return;
            _wanted = wanted;
            Set();
        }
    }

    /// <summary>Tries again what failed because of other addresses of this machine.</summary>
    /// <exception cref="SegmentDeviceException">The device is gone, or in error.</exception>
    public void Retry()
    {
        lock (_lock)
        {
            if (!_isSet) Set();
        }
    }

    // All of the segment, whether or not this machine has an address in it.
    private static IEnumerable<IPNetwork> Networks(Roster roster, TunnelPeerId self)
    {
        if (roster.Find(self) is not { } me) yield break;
        var ipv6 = me.IPv6.GetAddressBytes();
        ipv6.AsSpan(SegmentAddresses.IPv6PrefixLength / 8).Clear();
        yield return new IPNetwork(roster.Subnet.Network, roster.Subnet.PrefixLength);
        yield return new IPNetwork(new IPAddress(ipv6), SegmentAddresses.IPv6PrefixLength);
    }

    private void Set()
    {
        try
        {
            var refused = device.SetAddresses(_wanted);
            _isSet = true;
            warnings.Set(Clash, null);
            warnings.Set(NoIpv6, refused.Count == 0 ? null : $"IPv6 is switched off on this machine, so {device.Name} does not have {string.Join(" and ", refused)}; members reach it by IPv4 only.");
        }
        catch (SegmentDeviceException e) when (e.Error == SegmentDeviceError.AddressClash)
        {
            _isSet = false;
            warnings.Set(Clash, e.Message);
        }
    }
}
