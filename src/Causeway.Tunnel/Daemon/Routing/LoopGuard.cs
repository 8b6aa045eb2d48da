using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Causeway.Tunnel.Devices;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Tunnel.Daemon.Routing;

/// <summary>
/// Keeps the tunnel from being routed into itself: what carries it must not go through it. It refuses relays whose way leads through the device, and finds
/// frames on the device that are on their way to a relay.
/// </summary>
internal sealed class LoopGuard(ISegmentDevice device)
{
    private const int EtherTypeOffset = 12;
    private const ushort Ipv4 = 0x0800, Ipv6 = 0x86dd, Vlan = 0x8100;
    private const byte Tcp = 6;

    private volatile IPNetwork[] _own = [];
    private volatile RelayPlace[] _relays = [];

    /// <summary>The networks of the segment.</summary>
    public void SetNetworks(IEnumerable<IPNetwork> networks) => _own = [.. networks];

    /// <summary>Where the relays are that are connected.</summary>
    public void SetRelays(IEnumerable<IPEndPoint> relays) => _relays = [.. relays.Select(r => new RelayPlace(Number(r.Address), (ushort)r.Port))];

    /// <summary>Why a relay at an address must not be connected to: a sentence; or null.</summary>
    public string? Refuse(RelayUrl url, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var network in _own)
        {
            if (network.Contains(address)) return $"the relay at {url.Authority} has the address {address}, which is inside of the tunnel's own network {network}: a relay must be reachable without the tunnel; use another address of it";
        }

        return IsWayTo(address) ? $"the way to the relay at {url.Authority} ({address}) leads through {device.Name}, that is through the tunnel itself; give {address} a route outside of the tunnel" : null;
    }

    /// <summary>Whether a frame is on its way to a relay.</summary>
    public bool IsLoop(ReadOnlySpan<byte> frame)
    {
        var relays = _relays;
        if (relays.Length == 0 || frame.Length < 54) return false;
        var type = BinaryPrimitives.ReadUInt16BigEndian(frame[EtherTypeOffset..]);
        var packet = frame[(EtherTypeOffset + 2)..];
        if (type == Vlan)
        {
            type = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
            packet = packet[4..];
        }

        UInt128 address;
        int transport;
        if (type == Ipv4 && packet.Length >= 20 && packet[9] == Tcp)
        {
            address = FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(packet[16..]));
            transport = (packet[0] & 0xf) * 4;
        }
        else if (type == Ipv6 && packet.Length >= 40 && packet[6] == Tcp)
        {
            address = BinaryPrimitives.ReadUInt128BigEndian(packet[24..]);
            transport = 40;
        }
        else
        {
            return false;
        }

        if (packet.Length < transport + 4) return false;
        var port = BinaryPrimitives.ReadUInt16BigEndian(packet[(transport + 2)..]);
        foreach (var relay in relays)
        {
            if (relay.Port == port && relay.Address == address) return true;
        }

        return false;
    }

    private bool IsWayTo(IPAddress address)
    {
        try
        {
            return device.IsWayTo(address);
        }
        catch (SegmentDeviceException)
        {
            // The system does not tell; connecting will show whether there is a way.
            return false;
        }
    }

    private static UInt128 FromIpv4(uint address) => ((UInt128)0xffff << 32) | address;

    private static UInt128 Number(IPAddress address) => BinaryPrimitives.ReadUInt128BigEndian(address.MapToIPv6().GetAddressBytes());

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct RelayPlace(UInt128 Address, ushort Port);
}
