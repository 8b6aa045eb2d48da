using Causeway.Lab.Captures;

namespace Causeway.Lab.Tests.Captures;

/// <summary>Capture files.</summary>
public sealed class PcapTests
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero).AddTicks(1_234_567);

    [Fact]
    public void The_file_has_the_form_that_every_reader_knows()
    {
        using var stream = new MemoryStream();
        new PcapWriter(stream).Write([0xAA, 0xBB, 0xCC], Time);
        // Magic for nanoseconds, version 2.4, two unused fields, snap length 0x40000, Ethernet; seconds, nanoseconds, length kept, length.
        Assert.Equal(
            "4D3CB2A1" + "02000400" + "00000000" + "00000000" + "00000400" + "01000000" + "290CF869" + "BCCC5B07" + "03000000" + "03000000" + "AABBCC",
            Convert.ToHexString(stream.ToArray()));
    }

    [Fact]
    public void What_is_written_is_read_again_and_searched()
    {
        using var stream = new MemoryStream();
        var writer = new PcapWriter(stream);
        byte[] first = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x86, 0xDD, 15];
        writer.Write(first, Time);
        writer.Write([1, 2], Time.AddSeconds(1));
        writer.Write(new byte[PcapWriter.SnapLength + 1], Time);
        var traffic = CapturedTraffic.Read(stream.ToArray(), missed: 4);
        Assert.Equal(4, traffic.Missed);
        Assert.Equal([15, 2, PcapWriter.SnapLength], traffic.Frames.Select(f => f.Data.Length));
        Assert.Equal([0x86DD, 0, 0], traffic.Frames.Select(f => f.EtherType));
        Assert.Equal((Time, Time.AddSeconds(1)), (traffic.Frames[0].Time, traffic.Frames[1].Time));
        Assert.Equal(first, traffic.Frames[0].Data.ToArray());
        Assert.True(traffic.Contains([12, 0x86, 0xDD, 15]));
        Assert.Equal(2, traffic.FramesWith([1, 2]).Count());
        // The end of one frame and the beginning of the next are no sequence.
        Assert.False(traffic.Contains([15, 1, 2]));
        Assert.Throws<LabException>(() => traffic.Contains([]));
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        using var stream = new MemoryStream();
        new PcapWriter(stream).Write([1, 2, 3], Time);
        var file = stream.ToArray();
        for (var length = 0; length < file.Length; length++)
        {
            if (length == PcapWriter.FileHeaderSize) continue;
            Assert.Throws<LabException>(() => CapturedTraffic.Read(file.AsMemory(0, length)));
        }

        file[PcapWriter.FileHeaderSize + 11] = 0x80;
        Assert.Throws<LabException>(() => CapturedTraffic.Read(file));
        file[0] = 0;
        Assert.Throws<LabException>(() => CapturedTraffic.Read(file));
    }
}
