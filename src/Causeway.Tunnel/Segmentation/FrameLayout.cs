using System.Buffers.Binary;

namespace Causeway.Tunnel.Segmentation;

/// <summary>Where the headers of an Ethernet frame that carries TCP or UDP over IP lie.</summary>
internal readonly record struct FrameLayout
{
    public const int EthernetHeaderLength = 14;
    public const int TagLength = 4;
    public const int UdpHeaderLength = 8;

    private const int MinIPv4HeaderLength = 20;
    private const int IPv6HeaderLength = 40;
    private const int MinTcpHeaderLength = 20;

    // IEEE 802.1Q and 802.1ad: a customer's tag inside a provider's is as deep as it goes.
    private const int MaxTags = 2;

    // No stack sends more than each kind once (RFC 8200 §4.1); this bounds the walk.
    private const int MaxExtensionHeaders = 8;

    public int NetworkOffset { get; private init; }

    public int TransportOffset { get; private init; }

    public int TransportHeaderLength { get; private init; }

    public bool IsIPv6 { get; private init; }

    public bool IsUdp { get; private init; }

    public int PayloadOffset => TransportOffset + TransportHeaderLength;

    /// <summary>The length of the Ethernet header with its VLAN tags: 14, 18 or 22.</summary>
    public static int LinkHeaderLength(ReadOnlySpan<byte> frame)
    {
        var offset = EthernetHeaderLength;
        for (var tags = 0; tags < MaxTags && frame.Length >= offset + TagLength && IsTag(EtherType(frame, offset)); tags++) offset += TagLength;
        return offset;
    }

    /// <summary>
    /// Finds the headers. False where the frame is not TCP or UDP over IP in one piece, where a header is cut off, or where a length
    /// disagrees with the frame: the IP packet ends where the frame ends.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> frame, out FrameLayout layout)
    {
        layout = default;
        if (frame.Length < EthernetHeaderLength) return false;
        var network = LinkHeaderLength(frame);
        switch (EtherType(frame, network))
        {
            case 0x0800:
                if (!TryParseIPv4(frame, network, out var transport, out var protocol)) return false;
                return TryParseTransport(frame, network, transport, protocol, isIPv6: false, out layout);
            case 0x86dd:
                if (!TryParseIPv6(frame, network, out transport, out protocol)) return false;
                return TryParseTransport(frame, network, transport, protocol, isIPv6: true, out layout);
            default:
                return false;
        }
    }

    private static ushort EtherType(ReadOnlySpan<byte> frame, int headerEnd) => BinaryPrimitives.ReadUInt16BigEndian(frame[(headerEnd - 2)..]);

    private static bool IsTag(ushort type) => type is 0x8100 or 0x88a8;

    private static bool TryParseIPv4(ReadOnlySpan<byte> frame, int network, out int transport, out byte protocol)
    {
        transport = 0;
        protocol = 0;
        var packet = frame[network..];
        if (packet.Length < MinIPv4HeaderLength || packet[0] >> 4 != 4) return false;
        var headerLength = (packet[0] & 0xf) * 4;
        if (headerLength < MinIPv4HeaderLength || packet.Length < headerLength || BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) != packet.Length) return false;
        // More fragments, or an offset: not in one piece.
        if ((BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) != 0) return false;
        transport = network + headerLength;
        protocol = packet[9];
        return true;
    }

    private static bool TryParseIPv6(ReadOnlySpan<byte> frame, int network, out int transport, out byte protocol)
    {
        transport = 0;
        protocol = 0;
        var packet = frame[network..];
        if (packet.Length < IPv6HeaderLength || packet[0] >> 4 != 6 || BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) != packet.Length - IPv6HeaderLength) return false;
        protocol = packet[6];
        var offset = IPv6HeaderLength;
        // Hop-by-hop and destination options (RFC 8200 §4.3, §4.6). Behind a routing header the pseudo-header has another destination, so none is followed.
        for (var i = 0; i < MaxExtensionHeaders && protocol is 0 or 60; i++)
        {
            if (packet.Length < offset + 8) return false;
            protocol = packet[offset];
            offset += (packet[offset + 1] + 1) * 8;
            if (packet.Length < offset) return false;
        }

        transport = network + offset;
        return true;
    }

    private static bool TryParseTransport(ReadOnlySpan<byte> frame, int network, int transport, byte protocol, bool isIPv6, out FrameLayout layout)
    {
        layout = default;
        var segment = frame[transport..];
        int headerLength;
        switch (protocol)
        {
            case 6:
                if (segment.Length < MinTcpHeaderLength) return false;
                headerLength = (segment[12] >> 4) * 4;
                if (headerLength < MinTcpHeaderLength || headerLength > segment.Length) return false;
                break;
            case 17:
                if (segment.Length < UdpHeaderLength || BinaryPrimitives.ReadUInt16BigEndian(segment[4..]) != segment.Length) return false;
                headerLength = UdpHeaderLength;
                break;
            default:
                return false;
        }

        layout = new FrameLayout
        {
            NetworkOffset = network,
            TransportOffset = transport,
            TransportHeaderLength = headerLength,
            IsIPv6 = isIPv6,
            IsUdp = protocol == 17,
        };
        return true;
    }
}
