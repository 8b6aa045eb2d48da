using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings.NatPmp;

/// <summary>Requests and answers of the NAT Port Mapping Protocol (RFC 6886 §3.2 to §3.5); no I/O.</summary>
internal static class NatPmpMessages
{
    public const byte Version = 0;

    private const byte ExternalAddress = 0, MapUdp = 1, MapTcp = 2, Response = 0x80;
    private const int ErrorLength = 8, AddressLength = 12, MapLength = 16;

    public static byte[] WriteAddress() => [Version, ExternalAddress];

    /// <summary>Asks for a mapping, or with no lifetime for its end.</summary>
    public static byte[] WriteMap(GatewayRequest request, uint lifetime)
    {
        var bytes = new byte[12];
        bytes[1] = Opcode(request);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)request.InternalPort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), lifetime == 0 ? (ushort)0 : (ushort)request.ExternalPort);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), lifetime);
        return bytes;
    }

    /// <summary>Reads an answer to <see cref="WriteAddress"/>; null if it is none.</summary>
    public static NatPmpAnswer? ReadAddress(ReadOnlySpan<byte> bytes)
    {
        if (ReadHeader(bytes, ExternalAddress) is not { } answer) return null;
        if (answer.Result != NatPmpResult.Success) return answer;
        return bytes.Length == AddressLength ? answer with { Address = new IPAddress(bytes.Slice(8, 4)) } : null;
    }

    /// <summary>Reads an answer to <see cref="WriteMap"/>; null if it is not the answer to this request.</summary>
    public static NatPmpAnswer? ReadMap(ReadOnlySpan<byte> bytes, GatewayRequest request)
    {
        var answer = ReadHeader(bytes, Opcode(request));
        if (answer is null or { Epoch: null }) return answer;

        // A refusal may end before the port (§3.5).
        if (bytes.Length >= 10 && BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]) != request.InternalPort) return null;
        if (answer.Result != NatPmpResult.Success) return answer;
        if (bytes.Length != MapLength) return null;
        return answer with { Port = BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]), Lifetime = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) };
    }

    private static byte Opcode(GatewayRequest request) => request.Protocol == ProtocolType.Udp ? MapUdp : MapTcp;

    private static NatPmpAnswer? ReadHeader(ReadOnlySpan<byte> bytes, byte opcode)
    {
        if (bytes.Length < 4 || (bytes[1] & Response) == 0) return null;

        // A router that speaks PCP only says so in PCP's form (RFC 6887 §9), which is longer.
        if (bytes[0] != Version) return new NatPmpAnswer { Result = NatPmpResult.UnsupportedVersion };
        if (bytes.Length is < ErrorLength or > MapLength || bytes[1] != (Response | opcode)) return null;
        return new NatPmpAnswer { Result = (NatPmpResult)BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), Epoch = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) };
    }
}
