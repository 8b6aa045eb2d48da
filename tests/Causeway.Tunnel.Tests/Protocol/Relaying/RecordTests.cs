using System.Net;
using Causeway.Testing;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Tunnel.Tests.Protocol.Relaying;

public sealed class RecordTests
{
    private static TunnelPeerId Peer { get; } = TunnelPeerId.Read(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());

    [Fact]
    public void Records_come_out_as_they_went_in_however_the_stream_is_cut()
    {
        var random = new Random(3);
        var records = new List<byte[]> { Data(1), Data(RecordHeader.MaxPayload), Control(d => ControlRecords.WritePing(d, 5)), Control(d => ControlRecords.WriteBlock(d, Peer, TimeSpan.FromSeconds(9))) };
        for (var i = 0; i < 200; i++) records.Add(i % 3 == 0 ? Control(d => ControlRecords.WritePong(d, (ulong)i, 0)) : Data(random.Next(1, 3000)));
        var stream = records.SelectMany(r => r).ToArray();
        for (var round = 0; round < Soak.Count(20, 1000); round++)
        {
            using var assembler = new RecordAssembler(RecordSender.Member);
            var key = (uint)random.Next();
            var masked = new byte[stream.Length];
            var mask = new WebSocketMask(key);
            mask.Copy(stream, masked);
            mask = new WebSocketMask(key);
            var found = 0;
            for (var at = 0; at < stream.Length;)
            {
                var part = Math.Min(random.Next(1, round % 2 == 0 ? 60 : 20_000), stream.Length - at);
                ReadOnlySpan<byte> input = masked.AsSpan(at, part);
                while (assembler.TryRead(ref input, ref mask, out var record)) Assert.True(record.Span.SequenceEqual(records[found++]));
                Assert.True(input.IsEmpty);
                at += part;
            }

            Assert.Equal(records.Count, found);
            Assert.False(assembler.IsWithinRecord);
        }
    }

    [Theory]
    [InlineData(0x01, 2666)] // only relays say it
    [InlineData(0x03, 4732)]
    [InlineData(0x04, 4)]
    [InlineData(0x11, 33)]
    [InlineData(0x22, 2)]
    [InlineData(0x00, 0)]
    [InlineData(0x23, 8)]
    [InlineData(0x30, 8)]
    [InlineData(0xff, 8)]
    [InlineData(0x10, 32)] // no payload
    [InlineData(0x10, 66_561)]
    [InlineData(0x10, 0xff_ffff)]
    [InlineData(0x02, 7347)]
    [InlineData(0x02, 7349)]
    [InlineData(0x12, 35)]
    [InlineData(0x20, 7)]
    [InlineData(0x21, 8)]
    public void What_a_member_may_not_say_is_refused_after_four_bytes(int type, int length)
    {
        var parser = new RecordParser(RecordSender.Member);
        var mask = default(WebSocketMask);
        byte[] header = [(byte)type, (byte)(length >> 16), (byte)(length >> 8), (byte)length];
        Assert.Throws<RelayLinkException>(() => parser.Read(header, ref mask));
    }

    [Theory]
    [InlineData(0x02, 7348)]
    [InlineData(0x12, 36)]
    [InlineData(0x01, 2665)]
    [InlineData(0x04, 3)]
    [InlineData(0x04, 205)]
    [InlineData(0x10, 66_561)]
    [InlineData(0x22, 3)]
    public void What_a_relay_may_not_say_is_refused(int type, int length) =>
        Assert.False(new RecordHeader((RecordType)type, length).IsValidFromRelay);

    [Fact]
    public void Every_record_has_the_length_that_the_protocol_gives_it()
    {
        Assert.Equal(2666, RelayHello.BodySize);
        Assert.Equal(7348, MemberAuth.BodySize);
        Assert.Equal(4732, RelayWelcome.BodySize);
        Assert.Equal(66_528, RecordHeader.MaxPayload);
    }

    [Fact]
    public void Hello_and_welcome_and_refused_come_out_as_they_went_in()
    {
        var hello = new RelayHello { Time = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123), Load = 17, Nonce = Bytes(32), PublicKey = Bytes(2624) };
        var read = RelayHello.Decode(hello.Encode().AsSpan(4));
        Assert.Equal((hello.Time, hello.Load, hello.RelayId), (read.Time, read.Load, read.RelayId));
        Assert.True(read.Nonce.Span.SequenceEqual(hello.Nonce.Span));

        foreach (var address in new[] { null, IPEndPoint.Parse("192.0.2.7:4242"), IPEndPoint.Parse("[2001:db8::9]:443") })
        {
            var welcome = new RelayWelcome { ConnectionNumber = 77, ObservedAddress = address, BytesPerSecond = 1UL << 40, FramesPerSecond = 9, IdleLimit = 60 };
            Assert.Equal(welcome, RelayWelcome.Decode(welcome.Encode(Bytes(4691)).AsSpan(4)));
        }

        var refused = new RelayRefused(RelayRefusalCode.Full, 30, "komm später wieder");
        Assert.Equal(refused, RelayRefused.Decode(refused.Encode().AsSpan(4)));
    }

    [Fact]
    public void A_long_text_is_cut_between_characters_and_control_characters_are_not_shown()
    {
        var read = RelayRefused.Decode(new RelayRefused(RelayRefusalCode.Internal, 0, "x" + new string('ü', 150) + "\u001b[2J").Encode().AsSpan(4));
        Assert.Equal("x" + new string('ü', 99), read.Text);
        Assert.Equal("a[2Jb", RelayRefused.Decode(new RelayRefused(RelayRefusalCode.Internal, 0, "a\u001b[2J\nb").Encode().AsSpan(4)).Text);
    }

    [Fact]
    public void Wrong_contents_are_refused()
    {
        var hello = new RelayHello { Time = DateTimeOffset.UnixEpoch, Load = 100, Nonce = Bytes(32), PublicKey = Bytes(2624) }.Encode()[4..];
        Assert.Equal(RelayRefusalCode.Version, Assert.Throws<RelayLinkException>(() => RelayHello.Decode([2, .. hello[1..]])).Code);
        Assert.Throws<RelayLinkException>(() => RelayHello.Decode([.. hello[..9], 101, .. hello[10..]]));
        Assert.Throws<RelayLinkException>(() => RelayHello.Decode([.. hello, 0]));
        Assert.Throws<RelayLinkException>(() => RelayRefused.Decode([0, 0, 0, 0]));
        Assert.Throws<RelayLinkException>(() => RelayRefused.Decode([0, 12, 0, 0]));
        Assert.False(ControlRecords.TryReadUnreachable(new byte[33], out _, out _));
        Assert.False(ControlRecords.TryReadBlock([.. new byte[32], 0, 1, 0x51, 0x81], out _, out _));
        Assert.True(ControlRecords.TryReadBlock([.. new byte[32], 0, 1, 0x51, 0x80], out _, out var day));
        Assert.Equal(TimeSpan.FromDays(1), day);
        Assert.False(ControlRecords.TryReadPong([.. new byte[8], 1], RecordSender.Member, out _, out _));
        Assert.False(ControlRecords.TryReadPong([.. new byte[8], 101], RecordSender.Relay, out _, out _));
    }

    [Fact]
    public void Noise_never_makes_the_assembler_do_anything_but_refuse_or_wait()
    {
        var random = new Random(4);
        var noise = new byte[200];
        for (var i = 0; i < Soak.Count(20_000, 2_000_000); i++)
        {
            random.NextBytes(noise);
            if (random.Next(2) == 0) noise[0] = (byte)random.Next(0x24);
            if (random.Next(2) == 0) noise[1] = noise[2] = 0;
            using var assembler = new RecordAssembler((RecordSender)(i & 1));
            var mask = default(WebSocketMask);
            ReadOnlySpan<byte> input = noise;
            try
            {
                while (assembler.TryRead(ref input, ref mask, out var record)) Assert.Equal(RecordHeader.Read(record.Span).RecordLength, record.Length);
            }
            catch (RelayLinkException)
            {
                // Refused.
            }
        }
    }

    private static byte[] Data(int payload)
    {
        var record = new byte[RecordHeader.DataPrefix + payload];
        RecordHeader.WriteData(record, Peer, payload);
        new Random(payload).NextBytes(record.AsSpan(RecordHeader.DataPrefix));
        return record;
    }

    private static byte[] Control(Func<byte[], int> write)
    {
        var buffer = new byte[ControlRecords.MaxSize];
        return buffer[..write(buffer)];
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
