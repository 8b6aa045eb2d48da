using System.Buffers.Binary;
using Causeway.Tunnel.Segmentation;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Tunnel.Tests.Segmentation;

public sealed class FrameSegmenterTests
{
    private const byte Fin = 0x01, Push = 0x08, Ack = 0x10, Cwr = 0x80;

    [Fact]
    public void Segments_make_up_the_original_and_every_checksum_is_right()
    {
        var packets =
            from isIPv6 in Gen.Elements(true, false)
            from isUdp in Gen.Elements(true, false)
            from tags in Gen.Choose(0, 2)
            from networkOptions in Gen.Choose(0, 3)
            from transportOptions in Gen.Choose(0, 10)
            from flags in Gen.Elements<byte>(Ack, Ack | Push, Ack | Fin | Push, Ack | Cwr, Ack | Cwr | Fin)
            from segmentSize in Gen.Choose(32, 1400)
            from payload in Gen.Choose(1, 64_000)
            select new Packet
            {
                IsIPv6 = isIPv6,
                IsUdp = isUdp,
                Tags = tags,
                NetworkOptions = networkOptions * (isIPv6 ? 8 : 4),
                TransportOptions = transportOptions * 4,
                TcpFlags = flags,
                SegmentSize = segmentSize,
                Payload = payload,
            };
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(Soak.Count(300, 20_000)).WithReplay(20_260_101, 7),
            Prop.ForAll(packets.ToArbitrary(), AssertSegments));
    }

    [Theory]
    [InlineData(1, 100, 1)]
    [InlineData(100, 100, 1)]
    [InlineData(101, 100, 2)]
    [InlineData(200, 100, 2)]
    [InlineData(64_000, 32, 2000)]
    public void As_many_as_needed(int payload, int segmentSize, int count)
    {
        var packet = new Packet { Payload = payload, SegmentSize = segmentSize };
        Assert.True(FrameSegmenter.TryCreate(packet.SuperHeader, packet.Build(), out var segmenter));
        Assert.Equal(count, segmenter.Count);
        AssertSegments(packet);
    }

    [Fact]
    public void The_identification_wraps_around()
    {
        var packet = new Packet();
        var frame = packet.Build();
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(18), 0xffff);
        Assert.True(FrameSegmenter.TryCreate(packet.SuperHeader, frame, out var segmenter));
        var buffer = new byte[1600];
        var identifications = new List<int>();
        while (segmenter.TryNext(buffer, out _)) identifications.Add(BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(18)));
        Assert.Equal([0xffff, 0, 1], identifications);
    }

    [Fact]
    public void Too_little_room_is_the_callers_fault()
    {
        var packet = new Packet();
        var frame = packet.Build();
        Assert.ThrowsAny<ArgumentException>(() =>
        {
            FrameSegmenter.TryCreate(packet.SuperHeader, frame, out var segmenter);
            segmenter.TryNext(new byte[segmenter.MaxFrameLength - 1], out _);
        });
    }

    [Fact]
    public void What_does_not_match_its_header_is_refused()
    {
        var packet = new Packet();
        var frame = packet.Build();
        Assert.False(FrameSegmenter.TryCreate(packet.SuperHeader with { SegmentSize = 0 }, frame, out _));
        Assert.False(FrameSegmenter.TryCreate(packet.SuperHeader with { SegmentType = VirtioSegmentType.TcpIPv6 }, frame, out _));
        Assert.False(FrameSegmenter.TryCreate(packet.SuperHeader with { SegmentType = VirtioSegmentType.None }, frame, out _));
        Assert.False(FrameSegmenter.TryCreate(packet.SuperHeader, frame.AsSpan(0, frame.Length - 1), out _));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var packet = new Packet { Payload = 60_000 };
        var frame = packet.Build();
        var buffer = new byte[1600];
        void Work()
        {
            FrameSegmenter.TryCreate(packet.SuperHeader, frame, out var segmenter);
            while (segmenter.TryNext(buffer, out _))
            {
            }
        }

        Work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Work();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void AssertSegments(Packet packet)
    {
        var frame = packet.Build();
        Assert.True(FrameSegmenter.TryCreate(packet.SuperHeader, frame, out var segmenter));
        var buffer = new byte[segmenter.MaxFrameLength];
        var count = segmenter.Count;
        var payload = new List<byte>();
        var headers = frame.AsSpan(0, packet.PayloadOffset);
        for (var i = 0; i < count; i++)
        {
            Assert.True(segmenter.TryNext(buffer, out var length));
            var segment = buffer.AsSpan(0, length);
            packet.AssertComplete(segment);
            Assert.True(length - packet.PayloadOffset == packet.SegmentSize || i == count - 1);
            AssertHeaders(packet, headers, segment, i, count, payload.Count);
            payload.AddRange(segment[packet.PayloadOffset..]);
        }

        Assert.False(segmenter.TryNext(buffer, out _));
        Assert.True(frame.AsSpan(packet.PayloadOffset).SequenceEqual(payload.ToArray()));
    }

    // Whatever a segment's own header must say differently is set back, so that all else must be equal to the original's.
    private static void AssertHeaders(Packet packet, ReadOnlySpan<byte> original, ReadOnlySpan<byte> segment, int index, int count, int before)
    {
        byte[] expected = original.ToArray(), actual = segment[..packet.PayloadOffset].ToArray();
        int network = packet.NetworkOffset, transport = packet.TransportOffset;
        if (packet.IsIPv6)
        {
            expected.AsSpan(network + 4, 2).CopyTo(actual.AsSpan(network + 4));
        }
        else
        {
            Assert.Equal((ushort)(BinaryPrimitives.ReadUInt16BigEndian(expected.AsSpan(network + 4)) + index), BinaryPrimitives.ReadUInt16BigEndian(actual.AsSpan(network + 4)));
            foreach (var field in new[] { 2, 4, 10 }) expected.AsSpan(network + field, 2).CopyTo(actual.AsSpan(network + field));
        }

        if (packet.IsUdp)
        {
            expected.AsSpan(transport + 4, 2).CopyTo(actual.AsSpan(transport + 4));
        }
        else
        {
            Assert.Equal(BinaryPrimitives.ReadUInt32BigEndian(expected.AsSpan(transport + 4)) + (uint)before, BinaryPrimitives.ReadUInt32BigEndian(actual.AsSpan(transport + 4)));
            expected.AsSpan(transport + 4, 4).CopyTo(actual.AsSpan(transport + 4));
            var flags = packet.TcpFlags;
            if (index > 0) flags &= unchecked((byte)~Cwr);
            if (index < count - 1) flags &= unchecked((byte)~(Fin | Push));
            Assert.Equal(flags, actual[transport + 13]);
            actual[transport + 13] = expected[transport + 13];
        }

        expected.AsSpan(packet.ChecksumField, 2).CopyTo(actual.AsSpan(packet.ChecksumField));
        Assert.Equal(expected, actual);
    }
}
