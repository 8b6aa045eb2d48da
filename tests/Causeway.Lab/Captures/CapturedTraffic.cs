using System.Buffers.Binary;

namespace Causeway.Lab.Captures;

/// <summary>What a capture has recorded.</summary>
/// <param name="Frames">The frames, in order.</param>
/// <param name="Missed">Frames that the kernel could not keep until they were recorded. A test that looks for the absence of something checks that it is 0.</param>
public sealed record CapturedTraffic(IReadOnlyList<CapturedFrame> Frames, long Missed)
{
    /// <summary>The frames that hold a sequence of bytes. One that is spread over two frames is not found: send what is looked for more than once, at different places.</summary>
    public IEnumerable<CapturedFrame> FramesWith(byte[] pattern)
    {
        if (pattern.Length == 0) throw new LabException("An empty pattern is in every frame.");
        return Frames.Where(f => f.Data.Span.IndexOf(pattern) >= 0);
    }

    /// <summary>Whether any frame holds a sequence of bytes.</summary>
    public bool Contains(byte[] pattern) => FramesWith(pattern).Any();

    /// <summary>Reads a capture file as this lab or tcpdump (with microseconds or nanoseconds) writes it on a little-endian machine.</summary>
    /// <exception cref="LabException">It is none, or it is damaged.</exception>
    public static CapturedTraffic Read(ReadOnlyMemory<byte> file, long missed = 0)
    {
        const uint Microseconds = 0xA1B2C3D4;
        var magic = file.Length < PcapWriter.FileHeaderSize ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(file.Span);
        if (magic is not (PcapWriter.Magic or Microseconds)) throw new LabException("This is no capture file (pcap, little-endian).");
        var unit = magic == Microseconds ? 1000 : 1;
        var frames = new List<CapturedFrame>();
        var rest = file[PcapWriter.FileHeaderSize..];
        while (!rest.IsEmpty)
        {
            var length = rest.Length < PcapWriter.RecordHeaderSize ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest.Span[8..]);
            if (length < 0 || length > rest.Length - PcapWriter.RecordHeaderSize) throw new LabException("The capture file ends within a frame.");
            var time = DateTimeOffset.UnixEpoch.AddSeconds(BinaryPrimitives.ReadUInt32LittleEndian(rest.Span))
                .AddTicks(BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[4..]) * (long)unit / 100);
            frames.Add(new CapturedFrame(time, rest.Slice(PcapWriter.RecordHeaderSize, length)));
            rest = rest[(PcapWriter.RecordHeaderSize + length)..];
        }

        return new CapturedTraffic(frames, missed);
    }
}
