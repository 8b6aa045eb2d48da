using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings.Pcp;

/// <summary>Requests and answers of the Port Control Protocol (RFC 6887 §7, §11, §14.1); no I/O.</summary>
internal static class PcpMessages
{
    public const byte Version = 2;

    private const byte Announce = 0, Map = 1, Response = 0x80;
    private const int HeaderLength = 24, MapLength = 36, MaxLength = 1100, NonceLength = 12;

    // The numbers of the IP header.
    private const byte Tcp = 6, Udp = 17;

    /// <summary>Asks whether the router is there; changes nothing.</summary>
    public static byte[] WriteAnnounce(IPAddress client) => Header(new byte[HeaderLength], Announce, 0, client);

    /// <summary>Asks for a mapping, or with no lifetime for its end.</summary>
    public static byte[] WriteMap(IPAddress client, GatewayRequest request, uint lifetime)
    {
        var bytes = Header(new byte[HeaderLength + MapLength], Map, lifetime, client);
        var map = bytes.AsSpan(HeaderLength);
        request.Nonce.Span.CopyTo(map);
        map[12] = request.Protocol == ProtocolType.Tcp ? Tcp : Udp;
        BinaryPrimitives.WriteUInt16BigEndian(map[16..], (ushort)request.InternalPort);

        // A request to delete names no external port or address (§15).
        BinaryPrimitives.WriteUInt16BigEndian(map[18..], lifetime == 0 ? (ushort)0 : (ushort)request.ExternalPort);
        IPAddress.Any.MapToIPv6().TryWriteBytes(map[20..], out _);
        return bytes;
    }

    /// <summary>Reads an answer to <see cref="WriteAnnounce"/>; null if it is none.</summary>
    public static PcpAnswer? ReadAnnounce(ReadOnlySpan<byte> bytes) => ReadHeader(bytes, Announce);

    /// <summary>Reads an answer to <see cref="WriteMap"/>; null if it is not the answer to this request.</summary>
    public static PcpAnswer? ReadMap(ReadOnlySpan<byte> bytes, GatewayRequest request)
    {
        if (ReadHeader(bytes, Map) is not { } answer) return null;

        // A router of another version repeats no more than it understands (§9).
        if (answer.Version != Version) return answer;
        if (bytes.Length < HeaderLength + MapLength) return null;
        var map = bytes[HeaderLength..];
        var isOurs = map[..NonceLength].SequenceEqual(request.Nonce.Span)
            && map[12] == (request.Protocol == ProtocolType.Tcp ? Tcp : Udp)
            && BinaryPrimitives.ReadUInt16BigEndian(map[16..]) == request.InternalPort;
        if (!isOurs) return null;
        var address = new IPAddress(map.Slice(20, 16));
        return answer with { External = new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, BinaryPrimitives.ReadUInt16BigEndian(map[18..])) };
    }

    private static byte[] Header(byte[] bytes, byte opcode, uint lifetime, IPAddress client)
    {
        bytes[0] = Version;
        bytes[1] = opcode;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), lifetime);
        client.MapToIPv6().TryWriteBytes(bytes.AsSpan(8), out _);
        return bytes;
    }

    private static PcpAnswer? ReadHeader(ReadOnlySpan<byte> bytes, byte opcode)
    {
        if (bytes.Length is < 4 or > MaxLength || (bytes[1] & Response) == 0) return null;

        // A NAT-PMP router says in its own form that it knows no version 2 (§9, RFC 6886 §3.5).
        if (bytes[0] != Version) return new PcpAnswer { Version = bytes[0], Result = PcpResult.UnsupportedVersion };
        if (bytes.Length < HeaderLength || bytes.Length % 4 != 0 || bytes[1] != (Response | opcode)) return null;
        return new PcpAnswer
        {
            Version = bytes[0],
            Result = (PcpResult)bytes[3],
            Lifetime = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
            Epoch = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
        };
    }
}
