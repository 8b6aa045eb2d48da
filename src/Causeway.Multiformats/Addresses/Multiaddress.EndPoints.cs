using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Causeway.Multiformats.Addresses;

namespace Causeway.Multiformats;

/// <content>To and from the socket addresses of .NET.</content>
public sealed partial class Multiaddress
{
    /// <summary><c>/ip4|ip6/…/tcp/…</c> for an endpoint (IPv6 scope becomes <c>/ip6zone</c>; IPv4-mapped addresses become IPv4).</summary>
    public static Multiaddress FromTcp(IPEndPoint endPoint) => FromEndPoint(endPoint, AddressProtocols.Tcp);

    /// <summary><c>/ip4|ip6/…/udp/…</c> for an endpoint, as <see cref="FromTcp"/>.</summary>
    public static Multiaddress FromUdp(IPEndPoint endPoint) => FromEndPoint(endPoint, AddressProtocols.Udp);

    /// <summary>The endpoint, where this starts with <c>/ip4|ip6/…/tcp/…</c> (an <c>/ip6zone</c> before it is honoured).</summary>
    public bool TryGetTcpEndPoint([NotNullWhen(true)] out IPEndPoint? endPoint) => TryGetEndPoint(AddressProtocols.Tcp, out endPoint);

    /// <summary>The endpoint, where this starts with <c>/ip4|ip6/…/udp/…</c>, as <see cref="TryGetTcpEndPoint"/>.</summary>
    public bool TryGetUdpEndPoint([NotNullWhen(true)] out IPEndPoint? endPoint) => TryGetEndPoint(AddressProtocols.Udp, out endPoint);

    /// <summary>The IP address that this starts with (an <c>/ip6zone</c> before it is honoured where this machine has an interface of that name).</summary>
    public bool TryGetIPAddress([NotNullWhen(true)] out IPAddress? address) => TryGetIPAddress(out address, out _);

    private static Multiaddress FromEndPoint(IPEndPoint endPoint, AddressProtocol transport)
    {
        Span<byte> bytes = stackalloc byte[64];
        var length = WriteIP(endPoint.Address, bytes);
        length += UnsignedVarint.Write(bytes[length..], (ulong)transport.Code);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[length..], (ushort)endPoint.Port);
        return FromBytes(bytes[..(length + 2)]);
    }

    private static int WriteIP(IPAddress address, Span<byte> bytes)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var length = 0;
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0)
        {
            bytes[length++] = (byte)AddressProtocols.Ip6Zone.Code;
            _ = address.ScopeId.TryFormat(bytes[(length + 1)..], out var digits);
            bytes[length] = (byte)digits;
            length += digits + 1;
        }

        bytes[length++] = (byte)(address.AddressFamily == AddressFamily.InterNetwork ? AddressProtocols.Ip4 : AddressProtocols.Ip6).Code;
        _ = address.TryWriteBytes(bytes[length..], out var written);
        return length + written;
    }

    private bool TryGetEndPoint(AddressProtocol transport, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = TryGetIPAddress(out var address, out var next) && next < _parts.Length && _parts[next].Protocol == transport
            ? new IPEndPoint(address, BinaryPrimitives.ReadUInt16BigEndian(ValueBytes(_parts[next])))
            : null;
        return endPoint is not null;
    }

    private bool TryGetIPAddress([NotNullWhen(true)] out IPAddress? address, out int next)
    {
        address = null;
        next = IPIndex() + 1;
        if (next == 0) return false;
        address = new IPAddress(ValueBytes(_parts[next - 1]));
        if (next == 1) return true;

        // A zone is an interface's number or name; the name means something on one machine only.
        var zone = ValueText(_parts[0]);
        return IPAddress.TryParse($"{address}%{zone}", out address) && address.ScopeId != 0;
    }

    /// <summary>The index of the leading IP part, which an IPv6 zone may precede; −1 where there is none.</summary>
    private int IPIndex()
    {
        if (_parts.Length == 0) return -1;
        if (_parts[0].Protocol == AddressProtocols.Ip4 || _parts[0].Protocol == AddressProtocols.Ip6) return 0;
        return _parts[0].Protocol == AddressProtocols.Ip6Zone && _parts.Length > 1 && _parts[1].Protocol == AddressProtocols.Ip6 ? 1 : -1;
    }
}
