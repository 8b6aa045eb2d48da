using System.Buffers.Binary;

namespace Causeway.Lab.Captures;

/// <summary>Writes Ethernet frames as a capture file with nanoseconds (draft-ietf-opsawg-pcap, link type 1), which tcpdump and Wireshark read.</summary>
internal sealed class PcapWriter
{
    internal const uint Magic = 0xA1B23C4D;
    internal const int FileHeaderSize = 24;
    internal const int RecordHeaderSize = 16;

    /// <summary>The longest frame that is kept: more than any device hands out.</summary>
    internal const int SnapLength = 262144;

    private const uint Ethernet = 1;
    private readonly Stream _stream;

    /// <summary>Writes the file's header.</summary>
    public PcapWriter(Stream stream)
    {
        _stream = stream;
        Span<byte> header = stackalloc byte[FileHeaderSize];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], SnapLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], Ethernet);
        stream.Write(header);
    }

    /// <summary>Writes a frame. What is longer than <see cref="SnapLength"/> is cut.</summary>
    public void Write(ReadOnlySpan<byte> frame, DateTimeOffset time)
    {
        var kept = frame[..Math.Min(frame.Length, SnapLength)];
        var ticks = time.Ticks - DateTimeOffset.UnixEpoch.Ticks;
        Span<byte> header = stackalloc byte[RecordHeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)(ticks / TimeSpan.TicksPerSecond));
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)(ticks % TimeSpan.TicksPerSecond * 100));
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], kept.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], frame.Length);
        _stream.Write(header);
        _stream.Write(kept);
    }
}
