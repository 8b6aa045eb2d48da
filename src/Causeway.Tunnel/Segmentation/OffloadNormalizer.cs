namespace Causeway.Tunnel.Segmentation;

/// <summary>
/// Brings what a kernel hands out into the one form that members accept (<see cref="OffloadCheck.Check"/>). Kernels leave rough lengths of
/// headers, say that checksums were verified, and leave checksums open in places (tunnels inside the tunnel) that no member would look into.
/// </summary>
public static class OffloadNormalizer
{
    /// <summary>Rewrites a header, and completes a checksum where only that helps.</summary>
    /// <param name="headerAndFrame">What the device handed out.</param>
    /// <param name="mtu">The MTU of the segment.</param>
    /// <param name="header">The header as it is now, in the buffer too.</param>
    public static NormalizedOffload Normalize(Span<byte> headerAndFrame, int mtu, out VirtioNetHeader header)
    {
        header = default;
        if (headerAndFrame.Length < VirtioNetHeader.Length + FrameLayout.EthernetHeaderLength) return NormalizedOffload.Unusable;
        var given = VirtioNetHeader.Read(headerAndFrame);
        var frame = headerAndFrame[VirtioNetHeader.Length..];
        var result = Judge(given, frame, mtu, out header);
        header.Write(headerAndFrame);
        return result;
    }

    private static NormalizedOffload Judge(in VirtioNetHeader given, Span<byte> frame, int mtu, out VirtioNetHeader header)
    {
        header = default;
        if (!OffloadCheck.IsKnown(given.SegmentType)) return NormalizedOffload.Unusable;
        if (!given.NeedsChecksum && !given.IsSuperSegment)
            return frame.Length <= OffloadCheck.MaxPlainFrameLength(mtu) ? NormalizedOffload.Plain : NormalizedOffload.Unusable;

        var isOrdinary = FrameLayout.TryParse(frame, out var layout);
        if (given.IsSuperSegment) return isOrdinary ? JudgeSuperSegment(given, frame, layout, mtu, out header) : NormalizedOffload.Unusable;
        if (frame.Length > OffloadCheck.MaxPlainFrameLength(mtu)) return NormalizedOffload.Unusable;
        if (isOrdinary && given.ChecksumStart == layout.TransportOffset && given.ChecksumOffset == OffloadCheck.ChecksumOffsetOf(layout))
        {
            header = new VirtioNetHeader(VirtioNetFlags.NeedsChecksum, VirtioSegmentType.None, 0, 0, given.ChecksumStart, given.ChecksumOffset);
            return NormalizedOffload.Checksum;
        }

        return ChecksumCompletion.TryComplete(frame, given.ChecksumStart, given.ChecksumOffset) ? NormalizedOffload.Plain : NormalizedOffload.Unusable;
    }

    private static NormalizedOffload JudgeSuperSegment(in VirtioNetHeader given, ReadOnlySpan<byte> frame, in FrameLayout layout, int mtu, out VirtioNetHeader header)
    {
        var checksumOffset = OffloadCheck.ChecksumOffsetOf(layout);
        header = default;
        if (!OffloadCheck.Matches(given.SegmentKind, layout) || frame.Length > OffloadCheck.MaxFrameLength || given.SegmentSize == 0) return NormalizedOffload.Unusable;
        if (!given.NeedsChecksum || given.ChecksumStart != layout.TransportOffset || given.ChecksumOffset != checksumOffset) return NormalizedOffload.Unusable;
        if (frame.Length - layout.PayloadOffset <= given.SegmentSize)
        {
            if (frame.Length > OffloadCheck.MaxPlainFrameLength(mtu)) return NormalizedOffload.Unusable;
            header = new VirtioNetHeader(VirtioNetFlags.NeedsChecksum, VirtioSegmentType.None, 0, 0, given.ChecksumStart, checksumOffset);
            return NormalizedOffload.Checksum;
        }

        header = given with { Flags = VirtioNetFlags.NeedsChecksum, HeaderLength = (ushort)layout.PayloadOffset };
        return OffloadCheck.Check(header, frame, mtu) == OffloadVerdict.Valid ? NormalizedOffload.SuperSegment : NormalizedOffload.ToBeSegmented;
    }
}
