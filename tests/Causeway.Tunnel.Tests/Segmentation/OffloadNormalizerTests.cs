using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Tests.Segmentation;

public sealed class OffloadNormalizerTests
{
    private const int Mtu = 1500;

    [Fact]
    public void A_rough_header_length_becomes_exact()
    {
        var packet = new Packet();
        var buffer = Compose(packet.SuperHeader with { HeaderLength = 256 }, packet.Build());
        Assert.Equal(NormalizedOffload.SuperSegment, OffloadNormalizer.Normalize(buffer, Mtu, out var header));
        Assert.Equal(packet.SuperHeader, header);
        Assert.Equal(header, VirtioNetHeader.Read(buffer));
    }

    [Fact]
    public void Verified_checksums_are_nobodys_business()
    {
        var buffer = Compose(default(VirtioNetHeader) with { Flags = VirtioNetFlags.DataValid }, new Packet { Payload = 10 }.Build());
        Assert.Equal(NormalizedOffload.Plain, OffloadNormalizer.Normalize(buffer, Mtu, out var header));
        Assert.True(header.IsPlain && VirtioNetHeader.Read(buffer).IsPlain);
    }

    [Fact]
    public void A_checksum_to_be_completed_stays_so()
    {
        var packet = new Packet { Payload = 10 };
        var buffer = Compose(packet.ChecksumHeader with { HeaderLength = 54 }, packet.Build());
        Assert.Equal(NormalizedOffload.Checksum, OffloadNormalizer.Normalize(buffer, Mtu, out var header));
        Assert.Equal(packet.ChecksumHeader, header);
    }

    [Fact]
    public void A_checksum_deeper_inside_is_completed()
    {
        // UDP that carries a tunnel: the kernel leaves open the sum of what is inside.
        var inner = new Packet { Payload = 100, IsUdp = false };
        byte[] innerFrame = inner.Build(), frame = [.. new Packet { IsUdp = true, Payload = innerFrame.Length }.Build()];
        innerFrame.CopyTo(frame.AsSpan(42));
        var header = inner.ChecksumHeader with { ChecksumStart = (ushort)(42 + inner.TransportOffset) };
        var buffer = Compose(header, frame);
        Assert.Equal(NormalizedOffload.Plain, OffloadNormalizer.Normalize(buffer, Mtu, out var normalized));
        Assert.True(normalized.IsPlain);
        inner.AssertComplete(buffer.AsSpan(10 + 42));
    }

    [Fact]
    public void A_super_segment_of_one_segment_is_an_ordinary_frame()
    {
        var packet = new Packet { Payload = 1000, SegmentSize = 1000 };
        Assert.Equal(NormalizedOffload.Checksum, OffloadNormalizer.Normalize(Compose(packet.SuperHeader, packet.Build()), Mtu, out var header));
        Assert.Equal(packet.ChecksumHeader, header);
    }

    [Fact]
    public void Too_many_datagrams_are_left_to_be_segmented()
    {
        var packet = new Packet { IsUdp = true, Payload = 1000, SegmentSize = 4 };
        var buffer = Compose(packet.SuperHeader, packet.Build());
        Assert.Equal(NormalizedOffload.ToBeSegmented, OffloadNormalizer.Normalize(buffer, Mtu, out var header));
        Assert.True(FrameSegmenter.TryCreate(header, buffer.AsSpan(10), out var segmenter));
        Assert.Equal(250, segmenter.Count);
    }

    [Fact]
    public void Nonsense_is_unusable()
    {
        var packet = new Packet();
        Assert.Equal(NormalizedOffload.Unusable, OffloadNormalizer.Normalize(new byte[23], Mtu, out _));
        Assert.Equal(NormalizedOffload.Unusable, OffloadNormalizer.Normalize(Compose(default, packet.Build()), Mtu, out _));
        Assert.Equal(NormalizedOffload.Unusable, OffloadNormalizer.Normalize(Compose(packet.SuperHeader with { SegmentType = (VirtioSegmentType)3 }, packet.Build()), Mtu, out _));
        Assert.Equal(NormalizedOffload.Unusable, OffloadNormalizer.Normalize(Compose(packet.SuperHeader with { Flags = VirtioNetFlags.None }, packet.Build()), Mtu, out _));
        Assert.Equal(NormalizedOffload.Unusable, OffloadNormalizer.Normalize(Compose(packet.ChecksumHeader with { ChecksumStart = 9000 }, new Packet { Payload = 3 }.Build()), Mtu, out _));
    }

    [Fact]
    public void What_it_makes_passes_the_check_of_every_member()
    {
        var random = new Random(20260101);
        var kinds = new int[Enum.GetValues<NormalizedOffload>().Length];
        for (var i = 0; i < Soak.Count(50_000, 5_000_000); i++)
        {
            var packet = new Packet
            {
                IsIPv6 = random.Next(2) == 0,
                IsUdp = random.Next(2) == 0,
                Tags = random.Next(3),
                NetworkOptions = random.Next(2) * 8,
                TransportOptions = random.Next(4) * 4,
                Payload = random.Next(1, 2000),
                SegmentSize = random.Next(0, 1600),
            };
            var buffer = Compose(random.Next(2) == 0 ? packet.SuperHeader : packet.ChecksumHeader, packet.Build());
            for (var edits = random.Next(3); edits > 0; edits--) buffer[random.Next(Math.Min(90, buffer.Length))] = (byte)random.Next(256);
            var result = OffloadNormalizer.Normalize(buffer, Mtu, out var header);
            kinds[(int)result]++;
            if (result is NormalizedOffload.Plain or NormalizedOffload.Checksum or NormalizedOffload.SuperSegment)
                Assert.Equal(OffloadVerdict.Valid, OffloadCheck.Check(header, buffer.AsSpan(10), Mtu));
            if (result == NormalizedOffload.ToBeSegmented) Assert.True(FrameSegmenter.TryCreate(header, buffer.AsSpan(10), out _));
        }

        Assert.DoesNotContain(0, kinds);
    }

    private static byte[] Compose(in VirtioNetHeader header, byte[] frame)
    {
        var buffer = new byte[VirtioNetHeader.Length + frame.Length];
        header.Write(buffer);
        frame.CopyTo(buffer, VirtioNetHeader.Length);
        return buffer;
    }
}
