using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Causeway.Network.Ethernet;

namespace Causeway.Network.Netlink;

/// <summary>Requests to and messages from rtnetlink (rtnetlink(7)); no I/O.</summary>
internal static class RouteMessages
{
    /// <summary>Room that any request of this class needs.</summary>
    public const int MaxRequestLength = 256;

    /// <summary>Asks for everything of a kind.</summary>
    public static ReadOnlySpan<byte> Dump(Span<byte> buffer, ushort type, uint sequence)
    {
        var writer = new NetlinkWriter(buffer, type, NetlinkProtocol.Dump, sequence);
        writer.Reserve(type switch
        {
            NetlinkProtocol.GetLink => NetlinkProtocol.LinkHeaderLength,
            NetlinkProtocol.GetAddress => NetlinkProtocol.AddressHeaderLength,
            _ => NetlinkProtocol.RouteHeaderLength,
        });
        return writer.Finish();
    }

    public static ReadOnlySpan<byte> GetLink(Span<byte> buffer, uint sequence, string name)
    {
        var writer = new NetlinkWriter(buffer, NetlinkProtocol.GetLink, 0, sequence);
        writer.Reserve(NetlinkProtocol.LinkHeaderLength);
        writer.Attribute(NetlinkProtocol.LinkName, name);
        return writer.Finish();
    }

    public static ReadOnlySpan<byte> SetLink(Span<byte> buffer, uint sequence, int index, LinkSettings settings)
    {
        var writer = new NetlinkWriter(buffer, NetlinkProtocol.SetLink, NetlinkProtocol.Acknowledge, sequence);
        var header = writer.Reserve(NetlinkProtocol.LinkHeaderLength);
        MemoryMarshal.Write(header[4..], index);
        if (settings.IsUp is { } isUp)
        {
            MemoryMarshal.Write(header[8..], isUp ? (uint)LinkFlags.Up : 0);
            MemoryMarshal.Write(header[12..], (uint)LinkFlags.Up);
        }

        if (settings.MacAddress is { } address) writer.Attribute(NetlinkProtocol.LinkAddress, address.ToArray());
        if (settings.Mtu is { } mtu) writer.Attribute(NetlinkProtocol.LinkMtu, (uint)mtu);
        if (settings.TransmitQueueLength is { } queue) writer.Attribute(NetlinkProtocol.LinkTransmitQueueLength, (uint)queue);
        if (settings.MaxSegmentSize is { } size) writer.Attribute(NetlinkProtocol.LinkGsoMaxSize, (uint)size);
        return writer.Finish();
    }

    public static ReadOnlySpan<byte> DeleteLink(Span<byte> buffer, uint sequence, int index)
    {
        var writer = new NetlinkWriter(buffer, NetlinkProtocol.DeleteLink, NetlinkProtocol.Acknowledge, sequence);
        MemoryMarshal.Write(writer.Reserve(NetlinkProtocol.LinkHeaderLength)[4..], index);
        return writer.Finish();
    }

    public static ReadOnlySpan<byte> AddAddress(Span<byte> buffer, uint sequence, InterfaceAddress address) =>
        ChangeAddress(new NetlinkWriter(buffer, NetlinkProtocol.NewAddress, NetlinkProtocol.Acknowledge | NetlinkProtocol.Create | NetlinkProtocol.Exclusive, sequence), address);

    public static ReadOnlySpan<byte> DeleteAddress(Span<byte> buffer, uint sequence, InterfaceAddress address) =>
        ChangeAddress(new NetlinkWriter(buffer, NetlinkProtocol.DeleteAddress, NetlinkProtocol.Acknowledge, sequence), address);

    /// <summary>Asks which way a packet to <paramref name="destination"/> would go. A mark or an interface narrows the rules and routes that count.</summary>
    public static ReadOnlySpan<byte> GetRoute(Span<byte> buffer, uint sequence, IPAddress destination, IPAddress? source, int interfaceIndex, uint mark)
    {
        var writer = new NetlinkWriter(buffer, NetlinkProtocol.GetRoute, 0, sequence);
        var family = NetlinkWriter.FamilyOf(destination);
        var header = writer.Reserve(NetlinkProtocol.RouteHeaderLength);
        header[0] = family;
        header[1] = BitsOf(family);
        if (source is not null) header[2] = BitsOf(family);
        writer.Attribute(NetlinkProtocol.RouteDestination, destination);
        if (source is not null) writer.Attribute(NetlinkProtocol.RouteSource, source);
        if (interfaceIndex != 0) writer.Attribute(NetlinkProtocol.RouteInterface, (uint)interfaceIndex);
        if (mark != 0) writer.Attribute(NetlinkProtocol.RouteMark, mark);
        return writer.Finish();
    }

    /// <summary>Null for messages about something else, such as the ports of bridges.</summary>
    /// <exception cref="FormatException">The message is malformed.</exception>
    public static NetworkLink? ReadLink(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < NetlinkProtocol.LinkHeaderLength) throw Truncated();
        if (payload[0] != NetlinkProtocol.FamilyUnspecified) return null;
        var link = new NetworkLink { Index = ReadIndex(payload[4..]), Name = "", Flags = (LinkFlags)MemoryMarshal.Read<uint>(payload[8..]) };
        var attributes = new AttributeReader(payload[NetlinkProtocol.LinkHeaderLength..]);
        while (attributes.MoveNext())
        {
            link = attributes.Type switch
            {
                NetlinkProtocol.LinkName => link with { Name = attributes.ReadText() },
                NetlinkProtocol.LinkAddress => link with { MacAddress = attributes.Value.Length == MacAddress.Length ? new MacAddress(attributes.Value) : null },
                NetlinkProtocol.LinkMtu => link with { Mtu = ReadCount(attributes) },
                NetlinkProtocol.LinkMaster => link with { MasterIndex = ReadCount(attributes) },
                NetlinkProtocol.LinkTransmitQueueLength => link with { TransmitQueueLength = ReadCount(attributes) },
                NetlinkProtocol.LinkGsoMaxSize => link with { MaxSegmentSize = ReadCount(attributes) },
                NetlinkProtocol.LinkInfo => link with { Kind = ReadKind(attributes.Value) },
                _ => link,
            };
        }

        return link.Name.Length > 0 ? link : null;
    }

    /// <summary>Null for messages about something else.</summary>
    /// <exception cref="FormatException">The message is malformed.</exception>
    public static InterfaceAddress? ReadAddress(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < NetlinkProtocol.AddressHeaderLength) throw Truncated();
        var family = payload[0];
        if (family is not (NetlinkProtocol.FamilyIPv4 or NetlinkProtocol.FamilyIPv6)) return null;
        if (payload[1] > BitsOf(family)) throw new FormatException("A netlink address has an impossible prefix.");
        IPAddress? own = null, other = null;
        uint flags = payload[2];
        var attributes = new AttributeReader(payload[NetlinkProtocol.AddressHeaderLength..]);
        while (attributes.MoveNext())
        {
            // Where both are there (IPv4, point to point), "local" is the machine's own.
            if (attributes.Type == NetlinkProtocol.AddressLocal) own = attributes.ReadAddress(family);
            else if (attributes.Type == NetlinkProtocol.AddressAddress) other = attributes.ReadAddress(family);
            else if (attributes.Type == NetlinkProtocol.AddressFlags) flags = attributes.ReadUInt32();
        }

        if ((own ?? other) is not { } address) return null;
        return new InterfaceAddress
        {
            InterfaceIndex = ReadIndex(payload[4..]),
            Address = address,
            PrefixLength = payload[1],
            Flags = (InterfaceAddressFlags)flags,
            Scope = payload[3],
        };
    }

    /// <summary>Null for messages about something else.</summary>
    /// <exception cref="FormatException">The message is malformed.</exception>
    public static NetworkRoute? ReadRoute(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < NetlinkProtocol.RouteHeaderLength) throw Truncated();
        var family = payload[0];
        if (family is not (NetlinkProtocol.FamilyIPv4 or NetlinkProtocol.FamilyIPv6)) return null;
        int prefix = payload[1];
        if (prefix > BitsOf(family)) throw new FormatException("A netlink route has an impossible prefix.");
        var destination = family == NetlinkProtocol.FamilyIPv4 ? IPAddress.Any : IPAddress.IPv6Any;
        var route = new NetworkRoute { Destination = default, Type = payload[7], Table = payload[4] };
        var attributes = new AttributeReader(payload[NetlinkProtocol.RouteHeaderLength..]);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case NetlinkProtocol.RouteDestination:
                    destination = attributes.ReadAddress(family);
                    break;
                case NetlinkProtocol.RouteInterface:
                    route = route with { InterfaceIndex = ReadCount(attributes) };
                    break;
                case NetlinkProtocol.RouteGateway:
                    route = route with { Gateway = attributes.ReadAddress(family) };
                    break;
                case NetlinkProtocol.RoutePreferredSource:
                    route = route with { Source = attributes.ReadAddress(family) };
                    break;
                case NetlinkProtocol.RoutePriority:
                    route = route with { Priority = attributes.ReadUInt32() };
                    break;
                case NetlinkProtocol.RouteTable:
                    route = route with { Table = attributes.ReadUInt32() };
                    break;
            }
        }

        return route with { Destination = InterfaceAddress.NetworkOf(destination, prefix) };
    }

    private static ReadOnlySpan<byte> ChangeAddress(NetlinkWriter writer, InterfaceAddress address)
    {
        var family = NetlinkWriter.FamilyOf(address.Address);
        ArgumentOutOfRangeException.ThrowIfNegative(address.PrefixLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(address.PrefixLength, BitsOf(family));
        var header = writer.Reserve(NetlinkProtocol.AddressHeaderLength);
        header[0] = family;
        header[1] = (byte)address.PrefixLength;
        header[3] = address.Scope;
        MemoryMarshal.Write(header[4..], address.InterfaceIndex);
        writer.Attribute(NetlinkProtocol.AddressLocal, address.Address);
        writer.Attribute(NetlinkProtocol.AddressAddress, address.Address);
        if (address.Flags != InterfaceAddressFlags.None) writer.Attribute(NetlinkProtocol.AddressFlags, (uint)address.Flags);
        if (family == NetlinkProtocol.FamilyIPv4 && address.PrefixLength < 31) writer.Attribute(NetlinkProtocol.AddressBroadcast, BroadcastOf(address));
        return writer.Finish();
    }

    // The kernel derives none itself, and without one programs have to guess (RFC 919; no broadcast on /31 and /32: RFC 3021).
    private static IPAddress BroadcastOf(InterfaceAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.Network.BaseAddress.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) | (uint)(0xffff_ffffUL >> address.PrefixLength));
        return new IPAddress(bytes);
    }

    private static byte BitsOf(byte family) => family == NetlinkProtocol.FamilyIPv4 ? (byte)32 : (byte)128;

    private static string? ReadKind(ReadOnlySpan<byte> nested)
    {
        var attributes = new AttributeReader(nested);
        while (attributes.MoveNext())
        {
            if (attributes.Type == NetlinkProtocol.LinkInfoKind) return attributes.ReadText();
        }

        return null;
    }

    private static int ReadIndex(ReadOnlySpan<byte> bytes)
    {
        var index = MemoryMarshal.Read<int>(bytes);
        return index >= 0 ? index : throw new FormatException("A netlink message has a negative interface number.");
    }

    private static int ReadCount(AttributeReader attribute)
    {
        var value = attribute.ReadUInt32();
        return value <= int.MaxValue ? (int)value : throw new FormatException($"Netlink attribute {attribute.Type} is out of range.");
    }

    private static FormatException Truncated() => new("A netlink message ends in its header.");
}
