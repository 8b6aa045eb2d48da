using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Tests.Protocol.Sessions.Frames;

public sealed class FrameHeaderTests
{
    private static readonly byte[] Example = Convert.FromHexString("1000" + "0102" + "03040506" + "0708090a0b0c0d0e" + new string('f', 34));

    [Fact]
    public void Every_field_has_its_place()
    {
        Assert.True(FrameHeader.TryRead(Example, out var header));
        Assert.Equal(new FrameHeader(0x0102, 0x03040506, 0x0708090a0b0c0d0e), header);
        var written = new byte[16];
        header.CopyTo(written);
        Assert.Equal(Example[..16], written);
    }

    [Fact]
    public void Other_types_flags_and_lengths_are_refused()
    {
        for (var value = 0; value < 256; value++)
        {
            Assert.Equal(value == 0x10, FrameHeader.TryRead([(byte)value, .. Example[1..]], out _));
            Assert.Equal(value == 0, FrameHeader.TryRead([Example[0], (byte)value, .. Example[2..]], out _));
        }

        for (var length = 0; length < 33; length++) Assert.False(FrameHeader.TryRead(Example.AsSpan(0, length), out _));
        var longest = new byte[FrameLayout.MaxFrameSize];
        Example.CopyTo(longest, 0);
        Assert.True(FrameHeader.TryRead(longest, out _));
        Assert.False(FrameHeader.TryRead([.. longest, 0], out _));
        Assert.True(FrameLayout.MaxFrameSize <= 66_528, "the payload of a DATA record (tunnel protocol §2.1)");
    }
}
