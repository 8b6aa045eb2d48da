using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Causeway.Tunnel.Segmentation;

/// <summary>
/// The ten bytes in front of every frame that a device hands out or takes: what is left to do about checksums and segmentation
/// (virtio 1.2 §5.1.6, <c>struct virtio_net_hdr</c> without <c>num_buffers</c>). Little-endian, on the device as in the tunnel.
/// </summary>
/// <param name="Flags">Whether the checksum is still to be completed.</param>
/// <param name="SegmentType">Whether the frame is a super-segment, and of which kind.</param>
/// <param name="HeaderLength">Of a super-segment: bytes of all headers, from the Ethernet header to TCP's or UDP's.</param>
/// <param name="SegmentSize">Of a super-segment: payload bytes of each segment but the last.</param>
/// <param name="ChecksumStart">Offset in the frame where the sum begins.</param>
/// <param name="ChecksumOffset">Offset from there to where the checksum is stored.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct VirtioNetHeader(
    VirtioNetFlags Flags,
    VirtioSegmentType SegmentType,
    ushort HeaderLength,
    ushort SegmentSize,
    ushort ChecksumStart,
    ushort ChecksumOffset)
{
    /// <summary>Bytes of the header.</summary>
    public const int Length = 10;

    /// <summary>Whether the checksum is still to be completed.</summary>
    public bool NeedsChecksum => (Flags & VirtioNetFlags.NeedsChecksum) != VirtioNetFlags.None;

    /// <summary>Whether the frame is a super-segment.</summary>
    public bool IsSuperSegment => SegmentType != VirtioSegmentType.None;

    /// <summary>Whether nothing is left to do: the frame is an ordinary one with its checksums complete.</summary>
    public bool IsPlain => this == default;

    /// <summary>The kind of segmentation without the ECN bit.</summary>
    public VirtioSegmentType SegmentKind => SegmentType & ~VirtioSegmentType.Ecn;

    /// <summary>Reads a header; any ten bytes are one, and nothing is checked.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than ten bytes are there.</exception>
    public static VirtioNetHeader Read(ReadOnlySpan<byte> source) => new(
        (VirtioNetFlags)source[0],
        (VirtioSegmentType)source[1],
        BinaryPrimitives.ReadUInt16LittleEndian(source[2..]),
        BinaryPrimitives.ReadUInt16LittleEndian(source[4..]),
        BinaryPrimitives.ReadUInt16LittleEndian(source[6..]),
        BinaryPrimitives.ReadUInt16LittleEndian(source[8..]));

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for ten bytes.</exception>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination[8..], ChecksumOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], ChecksumStart);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], SegmentSize);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], HeaderLength);
        destination[1] = (byte)SegmentType;
        destination[0] = (byte)Flags;
    }
}
