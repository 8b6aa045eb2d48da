using System.Buffers.Binary;
using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Tests.Segmentation;

public sealed class ChecksumCompletionTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Completes_what_a_kernel_left_open(bool isIPv6, bool isUdp)
    {
        var packet = new Packet { IsIPv6 = isIPv6, IsUdp = isUdp, Payload = 101 };
        var frame = packet.Build();
        Assert.True(ChecksumCompletion.TryComplete(frame, packet.TransportOffset, packet.ChecksumField - packet.TransportOffset));
        packet.AssertComplete(frame);
    }

    [Fact]
    public void A_sum_of_zero_is_sent_as_ones()
    {
        var packet = new Packet { IsUdp = true, Payload = 100 };
        var frame = packet.Build();
        // Two bytes of payload that bring the sum to all ones, whose complement would be zero: "no checksum".
        frame.AsSpan(packet.PayloadOffset, 2).Clear();
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(packet.PayloadOffset), (ushort)~Packet.Sum(frame.AsSpan(packet.TransportOffset)));
        Assert.True(ChecksumCompletion.TryComplete(frame, packet.TransportOffset, 6));
        Assert.Equal(0xffff, BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(packet.ChecksumField)));
        packet.AssertComplete(frame);
    }

    [Theory]
    [InlineData(0, 19)]
    [InlineData(19, 0)]
    [InlineData(65535, 65535)]
    [InlineData(-1, 5)]
    [InlineData(5, -1)]
    public void A_field_outside_the_frame_is_refused(int start, int offset)
    {
        Assert.False(ChecksumCompletion.TryComplete(new byte[20], start, offset));
    }
}
