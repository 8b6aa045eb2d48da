using System.Buffers.Binary;
using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Tests.Segmentation;

public sealed class OffloadCheckTests
{
    private const int Mtu = 1500;

    public static TheoryData<bool, bool, int, int> Shapes() => new(
        from isIPv6 in new[] { true, false }
        from isUdp in new[] { true, false }
        from tags in new[] { 0, 1, 2 }
        from options in new[] { 0, 8 }
        select (isIPv6, isUdp, tags, options));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_three_forms_are_valid(bool isIPv6, bool isUdp, int tags, int options)
    {
        var large = new Packet { IsIPv6 = isIPv6, IsUdp = isUdp, Tags = tags, NetworkOptions = options, SegmentSize = 1400 };
        var small = large with { Payload = 100 };
        Assert.Equal(OffloadVerdict.Valid, OffloadCheck.Check(default, small.Build(), Mtu));
        Assert.Equal(OffloadVerdict.Valid, OffloadCheck.Check(small.ChecksumHeader, small.Build(), Mtu));
        Assert.Equal(OffloadVerdict.Valid, OffloadCheck.Check(large.SuperHeader, large.Build(), Mtu));
    }

    [Fact]
    public void Lengths_of_ordinary_frames()
    {
        Assert.Equal(OffloadVerdict.TooShort, OffloadCheck.Check(default, new byte[13], Mtu));
        Assert.Equal(OffloadVerdict.Valid, OffloadCheck.Check(default, new byte[14], Mtu));
        Assert.Equal(OffloadVerdict.Valid, OffloadCheck.Check(default, new byte[1518], Mtu));
        Assert.Equal(OffloadVerdict.TooLong, OffloadCheck.Check(default, new byte[1519], Mtu));
        var packet = new Packet { Payload = 1465 };
        Assert.Equal(OffloadVerdict.TooLong, OffloadCheck.Check(packet.ChecksumHeader, packet.Build(), Mtu));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(0x81)]
    public void Flags_that_no_member_sends(byte flags)
    {
        var packet = new Packet();
        Assert.Equal(OffloadVerdict.UnknownFlags, OffloadCheck.Check(packet.SuperHeader with { Flags = (VirtioNetFlags)flags }, packet.Build(), Mtu));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(0x20)]
    [InlineData(0x80)]
    [InlineData(0x85)]
    [InlineData(0xff)]
    public void Kinds_that_no_member_sends(byte kind)
    {
        var packet = new Packet();
        Assert.Equal(OffloadVerdict.UnknownFlags, OffloadCheck.Check(packet.SuperHeader with { SegmentType = (VirtioSegmentType)kind }, packet.Build(), Mtu));
    }

    [Fact]
    public void Explicit_congestion_notification_goes_with_tcp()
    {
        var packet = new Packet();
        Assert.Equal(OffloadVerdict.Valid, OffloadCheck.Check(packet.SuperHeader with { SegmentType = VirtioSegmentType.TcpIPv4 | VirtioSegmentType.Ecn }, packet.Build(), Mtu));
    }

    [Fact]
    public void Fields_that_mean_nothing()
    {
        var packet = new Packet { Payload = 100 };
        var frame = packet.Build();
        Assert.Equal(OffloadVerdict.StrayField, OffloadCheck.Check(packet.ChecksumHeader with { SegmentSize = 1 }, frame, Mtu));
        Assert.Equal(OffloadVerdict.StrayField, OffloadCheck.Check(packet.ChecksumHeader with { HeaderLength = 54 }, frame, Mtu));
        Assert.Equal(OffloadVerdict.UnknownFlags, OffloadCheck.Check(default(VirtioNetHeader) with { ChecksumStart = 34 }, frame, Mtu));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(1, 0)]
    [InlineData(0, -2)]
    [InlineData(0, 2)]
    [InlineData(65000, 0)]
    [InlineData(0, 65000)]
    public void Checksums_elsewhere(int start, int offset)
    {
        var packet = new Packet { Payload = 100 };
        var header = packet.ChecksumHeader;
        header = header with { ChecksumStart = (ushort)(header.ChecksumStart + start), ChecksumOffset = (ushort)(header.ChecksumOffset + offset) };
        Assert.Equal(OffloadVerdict.WrongChecksumPosition, OffloadCheck.Check(header, packet.Build(), Mtu));
    }

    [Fact]
    public void Protocols_that_differ_from_the_frames()
    {
        var tcp4 = new Packet();
        var udp6 = new Packet { IsUdp = true, IsIPv6 = true };
        foreach (var (packet, kind) in new[]
        {
            (tcp4, VirtioSegmentType.TcpIPv6), (tcp4, VirtioSegmentType.Udp), (udp6, VirtioSegmentType.TcpIPv6), (udp6, VirtioSegmentType.TcpIPv4),
            (tcp4 with { IsIPv6 = true }, VirtioSegmentType.TcpIPv4),
        })
        {
            Assert.Equal(OffloadVerdict.WrongProtocol, OffloadCheck.Check(packet.SuperHeader with { SegmentType = kind }, packet.Build(), Mtu));
        }
    }

    [Theory]
    [InlineData(14, 0x65)] // Version 6 in an IPv4 packet.
    [InlineData(14, 0x44)] // A header of 16 bytes.
    [InlineData(14, 0x4f)] // A header that reaches into TCP's.
    [InlineData(16, 0x00)] // Another total length.
    [InlineData(20, 0x20)] // More fragments.
    [InlineData(21, 0x01)] // A fragment.
    [InlineData(23, 0x01)] // ICMP.
    [InlineData(12, 0x86)] // Another type of frame.
    [InlineData(46, 0x40)] // A TCP header of 16 bytes.
    public void Headers_that_do_not_fit(int offset, byte value)
    {
        var packet = new Packet { TransportOptions = 0 };
        var frame = packet.Build();
        frame[offset] = value;
        Assert.NotEqual(OffloadVerdict.Valid, OffloadCheck.Check(packet.SuperHeader, frame, Mtu));
    }

    [Fact]
    public void Behind_a_routing_or_fragment_header_nothing_is_offloaded()
    {
        foreach (byte next in new byte[] { 43, 44, 50, 51, 59, 135 })
        {
            var packet = new Packet { IsIPv6 = true, NetworkOptions = 8 };
            var frame = packet.Build();
            frame[20] = next;
            Assert.Equal(OffloadVerdict.WrongProtocol, OffloadCheck.Check(packet.SuperHeader, frame, Mtu));
        }
    }

    [Fact]
    public void Header_lengths_are_exact()
    {
        var packet = new Packet();
        Assert.Equal(OffloadVerdict.WrongHeaderLength, OffloadCheck.Check(packet.SuperHeader with { HeaderLength = 53 }, packet.Build(), Mtu));
        Assert.Equal(OffloadVerdict.WrongHeaderLength, OffloadCheck.Check(packet.SuperHeader with { HeaderLength = 55 }, packet.Build(), Mtu));
        Assert.Equal(OffloadVerdict.WrongHeaderLength, OffloadCheck.Check(packet.SuperHeader with { HeaderLength = 0 }, packet.Build(), Mtu));
    }

    [Theory]
    [InlineData(false, 4000, 0, false)]
    [InlineData(false, 4000, 31, false)]
    [InlineData(false, 4000, 32, true)]
    [InlineData(false, 4000, 1460, true)]
    [InlineData(false, 4000, 1461, false)]
    [InlineData(false, 1460, 1460, false)]
    [InlineData(false, 1461, 1460, true)]
    [InlineData(false, 65_495, 1460, true)]
    [InlineData(true, 4000, 1472, true)]
    [InlineData(true, 4000, 1473, false)]
    [InlineData(true, 128, 1, true)]
    [InlineData(true, 129, 1, false)]
    public void Segment_sizes(bool isUdp, int payload, int size, bool isValid)
    {
        var packet = new Packet { IsUdp = isUdp, Payload = payload, SegmentSize = size };
        Assert.Equal(isValid ? OffloadVerdict.Valid : OffloadVerdict.WrongSegmentSize, OffloadCheck.Check(packet.SuperHeader, packet.Build(), Mtu));
    }

    [Theory]
    [InlineData(0x02)]
    [InlineData(0x14)]
    public void Flags_of_tcp_that_nobody_segments(byte flags)
    {
        var packet = new Packet { TcpFlags = flags };
        Assert.Equal(OffloadVerdict.WrongTcpFlags, OffloadCheck.Check(packet.SuperHeader, packet.Build(), Mtu));
    }

    [Fact]
    public void Whatever_passes_can_be_segmented_and_completed()
    {
        var random = new Random(20260101);
        var passed = 0;
        var buffer = new byte[OffloadCheck.MaxFrameLength];
        for (var i = 0; i < Soak.Count(100_000, 10_000_000); i++)
        {
            var packet = new Packet
            {
                IsIPv6 = random.Next(2) == 0,
                IsUdp = random.Next(2) == 0,
                Tags = random.Next(3),
                NetworkOptions = random.Next(2) * 8,
                TransportOptions = random.Next(4) * 4,
                Payload = random.Next(1, 300),
                SegmentSize = random.Next(0, 120),
            };
            Span<byte> frame = packet.Build();
            var encoded = new byte[VirtioNetHeader.Length];
            (random.Next(2) == 0 ? packet.SuperHeader : packet.ChecksumHeader).Write(encoded);
            // Few bytes at a time: what changes much is refused at the first check.
            for (var edits = random.Next(3); edits > 0; edits--)
            {
                if (random.Next(2) == 0) encoded[random.Next(encoded.Length)] = (byte)random.Next(256);
                else frame[random.Next(Math.Min(80, frame.Length))] = (byte)random.Next(256);
            }

            if (random.Next(8) == 0) frame = frame[..random.Next(frame.Length)];
            var header = VirtioNetHeader.Read(encoded);
            if (OffloadCheck.Check(header, frame, Mtu) != OffloadVerdict.Valid) continue;
            passed++;
            if (header.IsSuperSegment)
            {
                Assert.True(FrameSegmenter.TryCreate(header, frame, out var segmenter));
                var count = 0;
                while (segmenter.TryNext(buffer, out var length))
                {
                    Assert.InRange(length, 1, OffloadCheck.MaxPlainFrameLength(Mtu) + 4);
                    count++;
                }

                Assert.InRange(count, 2, 2047);
            }
            else if (header.NeedsChecksum)
            {
                Assert.True(ChecksumCompletion.TryComplete(frame, header.ChecksumStart, header.ChecksumOffset));
            }
        }

        Assert.True(passed > 100, $"Only {passed} passed: the test tests nothing.");
    }

    [Fact]
    public void Noise_never_passes_as_an_offload_frame_and_never_throws()
    {
        var random = new Random(7);
        for (var i = 0; i < Soak.Count(100_000, 10_000_000); i++)
        {
            var frame = new byte[random.Next(200)];
            var encoded = new byte[VirtioNetHeader.Length];
            random.NextBytes(frame);
            random.NextBytes(encoded);
            Assert.NotEqual(OffloadVerdict.Valid, OffloadCheck.Check(VirtioNetHeader.Read(encoded), frame, Mtu));
        }
    }

    [Fact]
    public void The_header_is_little_endian()
    {
        var bytes = Convert.FromHexString("0181360034052200" + "1000");
        var header = VirtioNetHeader.Read(bytes);
        Assert.Equal(new VirtioNetHeader(VirtioNetFlags.NeedsChecksum, VirtioSegmentType.TcpIPv4 | VirtioSegmentType.Ecn, 54, 1332, 34, 16), header);
        var written = new byte[10];
        header.Write(written);
        Assert.Equal(bytes, written);
        Assert.Equal(1332, BinaryPrimitives.ReadUInt16LittleEndian(written.AsSpan(4)));
    }
}
