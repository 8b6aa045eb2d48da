using System.Buffers.Binary;

namespace Causeway.Tunnel.Segmentation;

/// <summary>
/// Takes a super-segment apart into ordinary frames, for a member or a device without offload: one after the other, into the caller's buffer,
/// with headers and checksums as if the sender's stack had made each by itself.
/// </summary>
/// <remarks>
/// Every frame gets the headers of the whole; then IPv4's length, identification (counting up) and checksum, or IPv6's length; TCP's sequence
/// number, with CWR on the first only (RFC 3168 §6.1.2), FIN and PSH on the last only; UDP's length; and the checksum of TCP or UDP.
/// </remarks>
public ref struct FrameSegmenter
{
    private const byte TcpFin = 0x01, TcpPush = 0x08, TcpCongestionWindowReduced = 0x80;

    private readonly ReadOnlySpan<byte> _frame;
    private readonly FrameLayout _layout;
    private readonly int _segmentSize;
    private int _done;
    private int _index;

    private FrameSegmenter(ReadOnlySpan<byte> frame, FrameLayout layout, int segmentSize)
    {
        _frame = frame;
        _layout = layout;
        _segmentSize = segmentSize;
        var payload = frame.Length - layout.PayloadOffset;
        Count = Math.Max(1, (payload + segmentSize - 1) / segmentSize);
    }

    /// <summary>Number of frames that it makes.</summary>
    public int Count { get; }

    /// <summary>The length of the longest of them.</summary>
    public readonly int MaxFrameLength => _layout.PayloadOffset + Math.Min(_segmentSize, _frame.Length - _layout.PayloadOffset);

    /// <summary>Begins with a super-segment: one that passed <see cref="OffloadCheck.Check"/>, or that <see cref="OffloadNormalizer"/> left to be segmented.</summary>
    /// <returns>False if it is none, or if the frame does not carry what the header names.</returns>
    public static bool TryCreate(in VirtioNetHeader header, ReadOnlySpan<byte> frame, out FrameSegmenter segmenter)
    {
        segmenter = default;
        if (header.SegmentSize == 0 || frame.Length > OffloadCheck.MaxFrameLength || !FrameLayout.TryParse(frame, out var layout) || !OffloadCheck.Matches(header.SegmentKind, layout)) return false;
        segmenter = new FrameSegmenter(frame, layout, header.SegmentSize);
        return true;
    }

    /// <summary>Writes the next frame.</summary>
    /// <param name="destination">Room for <see cref="MaxFrameLength"/> bytes; must not overlap the super-segment.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>False, and nothing is written, when all have been.</returns>
    /// <exception cref="ArgumentException">There is too little room.</exception>
    public bool TryNext(Span<byte> destination, out int length)
    {
        length = 0;
        if (_index == Count) return false;
        var headers = _layout.PayloadOffset;
        var payload = Math.Min(_segmentSize, _frame.Length - headers - _done);
        var frame = destination[..(headers + payload)];
        _frame[..headers].CopyTo(frame);
        _frame.Slice(headers + _done, payload).CopyTo(frame[headers..]);
        WriteNetworkHeader(frame);
        WriteTransportHeader(frame);
        _done += payload;
        _index++;
        length = frame.Length;
        return true;
    }

    private readonly void WriteNetworkHeader(Span<byte> frame)
    {
        var packet = frame[_layout.NetworkOffset..];
        if (_layout.IsIPv6)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - 40));
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) + _index));
        packet[10..12].Clear();
        var checksum = InternetChecksum.Finish(InternetChecksum.Add(0, packet[..(_layout.TransportOffset - _layout.NetworkOffset)]));
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], checksum);
    }

    private readonly void WriteTransportHeader(Span<byte> frame)
    {
        var segment = frame[_layout.TransportOffset..];
        if (_layout.IsUdp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(segment[4..], (ushort)segment.Length);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(segment[4..], BinaryPrimitives.ReadUInt32BigEndian(segment[4..]) + (uint)_done);
            if (_index > 0) segment[13] &= unchecked((byte)~TcpCongestionWindowReduced);
            if (_index < Count - 1) segment[13] &= unchecked((byte)~(TcpFin | TcpPush));
        }

        var field = segment.Slice(OffloadCheck.ChecksumOffsetOf(_layout), sizeof(ushort));
        BinaryPrimitives.WriteUInt16BigEndian(field, InternetChecksum.Fold(PseudoHeader(frame, segment.Length)));
        ChecksumCompletion.TryComplete(frame, _layout.TransportOffset, OffloadCheck.ChecksumOffsetOf(_layout));
    }

    // RFC 9293 §3.1, RFC 768, RFC 8200 §8.1: both addresses, the protocol, and the length of the segment.
    private readonly ulong PseudoHeader(ReadOnlySpan<byte> frame, int length)
    {
        var packet = frame[_layout.NetworkOffset..];
        var addresses = _layout.IsIPv6 ? packet.Slice(8, 32) : packet.Slice(12, 8);
        return InternetChecksum.Add(InternetChecksum.Add(InternetChecksum.Add(0, addresses), _layout.IsUdp ? (ushort)17 : (ushort)6), (ushort)length);
    }
}
