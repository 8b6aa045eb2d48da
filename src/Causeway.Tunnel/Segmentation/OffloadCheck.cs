namespace Causeway.Tunnel.Segmentation;

/// <summary>
/// Judges a virtio-net header against its frame. What a member sends has exactly one header for one meaning: see <see cref="Check"/>.
/// What the machine's own kernel hands out is looser; <see cref="OffloadNormalizer"/> brings it into that form.
/// </summary>
public static class OffloadCheck
{
    /// <summary>The longest frame: an IP packet of 65 535 bytes behind an Ethernet header. Super-segments only.</summary>
    public const int MaxFrameLength = 65_535 + FrameLayout.EthernetHeaderLength;

    /// <summary>Smallest payload of a TCP segment: below that, taking one frame apart would be an attack on whoever has to do it (65 000 bytes make 2 047 frames at most).</summary>
    public const int MinTcpSegmentSize = 32;

    /// <summary>Datagrams in one UDP super-segment (Linux: UDP_MAX_SEGMENTS).</summary>
    public const int MaxUdpSegments = 128;

    private const byte TcpSyn = 0x02, TcpReset = 0x04;
    private const int TcpChecksumOffset = 16, UdpChecksumOffset = 6;

    /// <summary>The longest ordinary frame: the MTU, the Ethernet header, and one 802.1Q tag.</summary>
    public static int MaxPlainFrameLength(int mtu) => mtu + FrameLayout.EthernetHeaderLength + FrameLayout.TagLength;

    /// <summary>
    /// Judges what a member sent. Three forms are valid: an ordinary frame with complete checksums and a header of zeros; one whose TCP or UDP
    /// checksum is to be completed, and nothing else set; a super-segment of TCP or UDP with its checksum to be completed, the exact length of
    /// its headers, and segments that fit the MTU.
    /// </summary>
    /// <param name="header">The header, as it came.</param>
    /// <param name="frame">The frame, as it came.</param>
    /// <param name="mtu">The MTU of the segment.</param>
    public static OffloadVerdict Check(in VirtioNetHeader header, ReadOnlySpan<byte> frame, int mtu)
    {
        if (frame.Length < FrameLayout.EthernetHeaderLength) return OffloadVerdict.TooShort;
        if (header.IsPlain) return frame.Length <= MaxPlainFrameLength(mtu) ? OffloadVerdict.Valid : OffloadVerdict.TooLong;
        if (header.Flags != VirtioNetFlags.NeedsChecksum) return OffloadVerdict.UnknownFlags;
        if (!IsKnown(header.SegmentType)) return OffloadVerdict.UnknownFlags;
        if (frame.Length > (header.IsSuperSegment ? MaxFrameLength : MaxPlainFrameLength(mtu))) return OffloadVerdict.TooLong;
        if (!FrameLayout.TryParse(frame, out var layout)) return OffloadVerdict.WrongProtocol;
        if (header.ChecksumStart != layout.TransportOffset || header.ChecksumOffset != ChecksumOffsetOf(layout)) return OffloadVerdict.WrongChecksumPosition;
        if (!header.IsSuperSegment) return header.SegmentSize == 0 && header.HeaderLength == 0 ? OffloadVerdict.Valid : OffloadVerdict.StrayField;
        if (!Matches(header.SegmentKind, layout)) return OffloadVerdict.WrongProtocol;
        if (header.HeaderLength != layout.PayloadOffset) return OffloadVerdict.WrongHeaderLength;
        if (!layout.IsUdp && (frame[layout.TransportOffset + 13] & (TcpSyn | TcpReset)) != 0) return OffloadVerdict.WrongTcpFlags;
        return IsTransmissible(header.SegmentSize, frame.Length - layout.PayloadOffset, layout, mtu) ? OffloadVerdict.Valid : OffloadVerdict.WrongSegmentSize;
    }

    internal static bool IsKnown(VirtioSegmentType type) => type
        is VirtioSegmentType.None
        or VirtioSegmentType.Udp
        or VirtioSegmentType.TcpIPv4
        or VirtioSegmentType.TcpIPv6
        or (VirtioSegmentType.TcpIPv4 | VirtioSegmentType.Ecn)
        or (VirtioSegmentType.TcpIPv6 | VirtioSegmentType.Ecn);

    internal static ushort ChecksumOffsetOf(in FrameLayout layout) => layout.IsUdp ? (ushort)UdpChecksumOffset : (ushort)TcpChecksumOffset;

    internal static bool Matches(VirtioSegmentType kind, in FrameLayout layout) => kind switch
    {
        VirtioSegmentType.TcpIPv4 => !layout.IsUdp && !layout.IsIPv6,
        VirtioSegmentType.TcpIPv6 => !layout.IsUdp && layout.IsIPv6,
        VirtioSegmentType.Udp => layout.IsUdp,
        _ => false,
    };

    /// <summary>Whether a super-segment of this size may travel as one frame.</summary>
    internal static bool IsTransmissible(int segmentSize, int payload, in FrameLayout layout, int mtu)
    {
        if (segmentSize == 0 || payload <= segmentSize || layout.PayloadOffset - layout.NetworkOffset + segmentSize > mtu) return false;
        return layout.IsUdp ? payload <= segmentSize * MaxUdpSegments : segmentSize >= MinTcpSegmentSize;
    }
}
