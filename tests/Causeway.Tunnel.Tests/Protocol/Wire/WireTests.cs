using System.Net;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Wire;

namespace Causeway.Tunnel.Tests.Protocol.Wire;

public sealed class WireTests
{
    [Fact]
    public void What_is_written_reads_back()
    {
        var peer = TunnelPeerId.Read([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        var buffer = new byte[100];
        var writer = new WireWriter(buffer);
        writer.Byte(1);
        writer.UInt16(0x0203);
        writer.UInt24(0x040506);
        writer.UInt32(0x0708090a);
        writer.UInt64(0x0b0c0d0e0f101112);
        Assert.Equal(Enumerable.Range(1, 18).Select(i => (byte)i), buffer[..18]);
        writer.PeerId(peer);
        writer.Bytes8("abc"u8);
        writer.Bytes16("de"u8);
        writer.Zeros(3);

        var reader = new WireReader(writer.Written);
        Assert.Equal(1, reader.Byte());
        Assert.Equal(0x0203, reader.UInt16());
        Assert.Equal(0x040506, reader.UInt24());
        Assert.Equal(0x0708090au, reader.UInt32());
        Assert.Equal(0x0b0c0d0e0f101112u, reader.UInt64());
        Assert.Equal(peer, reader.PeerId());
        Assert.True(reader.Bytes8().SequenceEqual("abc"u8));
        Assert.True(reader.Bytes16(2).SequenceEqual("de"u8));
        Assert.False(reader.IsComplete);
        reader.Zeros(3);
        Assert.True(reader.IsComplete);
        Assert.Equal(writer.Position, reader.Position);
    }

    [Fact]
    public void A_missing_byte_fails_the_whole_message_for_good()
    {
        var reader = new WireReader([1, 2, 3]);
        Assert.Equal(0u, reader.UInt32());
        Assert.True(reader.Failed);
        Assert.Equal(0, reader.Byte());
        Assert.Equal(0, reader.Remaining);
        Assert.True(reader.PeerId().IsZero);
        Assert.True(reader.Rest().IsEmpty);
        Assert.False(reader.IsComplete);
    }

    [Fact]
    public void Reserved_bytes_bounds_and_trailing_bytes()
    {
        var reserved = new WireReader([0, 1]);
        reserved.Zeros(2);
        Assert.True(reserved.Failed);

        var tooLong = new WireReader([0, 3, 1, 2, 3]);
        Assert.True(tooLong.Bytes16(2).IsEmpty);
        Assert.True(tooLong.Failed);

        var trailing = new WireReader([1, 2]);
        _ = trailing.Byte();
        Assert.False(trailing.Failed);
        Assert.False(trailing.IsComplete);

        var negative = new WireReader([1]);
        Assert.True(negative.Bytes(-1).IsEmpty);
        Assert.True(negative.Failed);
    }

    [Fact]
    public void A_buffer_that_is_too_small_is_a_programming_error()
    {
        Assert.ThrowsAny<ArgumentException>(() =>
        {
            var writer = new WireWriter(new byte[3]);
            writer.UInt32(1);
        });
        Assert.ThrowsAny<ArgumentException>(() =>
        {
            var writer = new WireWriter(new byte[3]);
            writer.UInt24(0x1000000);
        });
    }

    [Theory]
    [InlineData("192.0.2.1", 4001, "04" + "0fa1" + "00000000000000000000ffffc0000201")]
    [InlineData("::ffff:192.0.2.1", 4001, "04" + "0fa1" + "00000000000000000000ffffc0000201")]
    [InlineData("2001:db8::1", 443, "06" + "01bb" + "20010db8000000000000000000000001")]
    public void Addresses(string ip, int port, string hex)
    {
        var bytes = new byte[WireAddress.Size];
        WireAddress.Write(bytes, new IPEndPoint(IPAddress.Parse(ip), port));
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
        Assert.True(WireAddress.TryRead(bytes, out var back));
        var plain = IPAddress.Parse(ip);
        Assert.Equal(new IPEndPoint(plain.IsIPv4MappedToIPv6 ? plain.MapToIPv4() : plain, port), back);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000", false)]
    [InlineData("00000000000000000000000000000000000000", true)]
    [InlineData("00000100000000000000000000000000000000", false)]
    [InlineData("050fa100000000000000000000ffffc0000201", false)]
    [InlineData("040fa120010db8000000000000000000000001", false)]
    [InlineData("060fa100000000000000000000ffffc0000201", false)]
    [InlineData("040fa100000000000000000000ffffc00002", false)]
    public void Every_address_has_one_encoding(string hex, bool valid)
    {
        Assert.Equal(valid, WireAddress.TryRead(Convert.FromHexString(hex), out var address));
        Assert.Null(address);
    }
}
