using System.Buffers.Binary;
using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Tests.Segmentation;

/// <summary>Builds and judges frames independently of the code under test: byte by byte, and slowly.</summary>
internal sealed record Packet
{
    public bool IsIPv6 { get; init; }

    public bool IsUdp { get; init; }

    public int Tags { get; init; }

    /// <summary>Bytes of IPv4 options or IPv6 extension headers; a multiple of 4, or 8.</summary>
    public int NetworkOptions { get; init; }

    /// <summary>Bytes of TCP options; a multiple of 4.</summary>
    public int TransportOptions { get; init; }

    public byte TcpFlags { get; init; } = 0x18;

    public int Payload { get; init; } = 4000;

    public int SegmentSize { get; init; } = 1448;

    public int NetworkOffset => 14 + (4 * Tags);

    public int TransportOffset => NetworkOffset + (IsIPv6 ? 40 : 20) + NetworkOptions;

    public int PayloadOffset => TransportOffset + (IsUdp ? 8 : 20 + TransportOptions);

    public int ChecksumField => TransportOffset + (IsUdp ? 6 : 16);

    public VirtioNetHeader ChecksumHeader => new(VirtioNetFlags.NeedsChecksum, VirtioSegmentType.None, 0, 0, (ushort)TransportOffset, (ushort)(ChecksumField - TransportOffset));

    public VirtioNetHeader SuperHeader => ChecksumHeader with
    {
        SegmentType = IsUdp ? VirtioSegmentType.Udp : IsIPv6 ? VirtioSegmentType.TcpIPv6 : VirtioSegmentType.TcpIPv4,
        HeaderLength = (ushort)PayloadOffset,
        SegmentSize = (ushort)SegmentSize,
    };

    /// <summary>The frame as a kernel hands it out: complete but for the checksum of TCP or UDP, which holds the pseudo-header's sum.</summary>
    public byte[] Build()
    {
        var frame = new byte[PayloadOffset + Payload];
        new Random((Payload * 31) + SegmentSize).NextBytes(frame);
        for (var i = 0; i < Tags; i++) BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12 + (4 * i)), i == 0 && Tags == 2 ? (ushort)0x88a8 : (ushort)0x8100);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(NetworkOffset - 2), IsIPv6 ? (ushort)0x86dd : (ushort)0x0800);
        var ip = frame.AsSpan(NetworkOffset);
        var protocol = IsUdp ? (byte)17 : (byte)6;
        if (IsIPv6)
        {
            ip[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(ip.Length - 40));
            ip[6] = NetworkOptions > 0 ? (byte)60 : protocol;
            if (NetworkOptions > 0)
            {
                ip[40] = protocol;
                ip[41] = (byte)((NetworkOptions / 8) - 1);
            }
        }
        else
        {
            ip[0] = (byte)(0x40 | ((20 + NetworkOptions) / 4));
            BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)ip.Length);
            ip[6] = 0x40;
            ip[7] = 0;
            ip[9] = protocol;
            ip[10] = ip[11] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~Sum(ip[..(20 + NetworkOptions)]));
        }

        var transport = frame.AsSpan(TransportOffset);
        if (IsUdp)
        {
            BinaryPrimitives.WriteUInt16BigEndian(transport[4..], (ushort)transport.Length);
        }
        else
        {
            transport[12] = (byte)((20 + TransportOptions) / 4 << 4);
            transport[13] = TcpFlags;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(ChecksumField), Sum(PseudoHeader(frame)));
        return frame;
    }

    /// <summary>Asserts that lengths and checksums of an ordinary frame of this shape are right.</summary>
    public void AssertComplete(ReadOnlySpan<byte> frame)
    {
        var ip = frame[NetworkOffset..];
        if (IsIPv6)
        {
            Assert.Equal(ip.Length - 40, BinaryPrimitives.ReadUInt16BigEndian(ip[4..]));
        }
        else
        {
            Assert.Equal(ip.Length, BinaryPrimitives.ReadUInt16BigEndian(ip[2..]));
            Assert.Equal(0xffff, Sum(ip[..(20 + NetworkOptions)]));
        }

        if (IsUdp)
        {
            Assert.Equal(frame.Length - TransportOffset, BinaryPrimitives.ReadUInt16BigEndian(frame[(TransportOffset + 4)..]));
            Assert.NotEqual(0, BinaryPrimitives.ReadUInt16BigEndian(frame[ChecksumField..]));
        }

        Assert.Equal(0xffff, Sum([.. PseudoHeader(frame), .. frame[TransportOffset..]]));
    }

    public byte[] PseudoHeader(ReadOnlySpan<byte> frame)
    {
        var ip = frame[NetworkOffset..];
        var length = frame.Length - TransportOffset;
        byte[] rest = [0, IsUdp ? (byte)17 : (byte)6, (byte)(length >> 8), (byte)length];
        return IsIPv6 ? [.. ip.Slice(8, 32), .. rest] : [.. ip.Slice(12, 8), .. rest];
    }

    public static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0L;
        for (var i = 0; i < bytes.Length; i++) sum += (i & 1) == 0 ? bytes[i] << 8 : bytes[i];
        while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)sum;
    }
}
