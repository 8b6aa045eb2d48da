using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Tunnel.Tests.Protocol.Relaying;

public sealed class WebSocketMaskTests
{
    [Fact]
    public void Masking_in_any_pieces_is_the_exclusive_or_of_rfc_6455()
    {
        var random = new Random(1);
        byte[] key = [0x37, 0xfa, 0x21, 0x3d];
        for (var length = 0; length < 200; length++)
        {
            var plain = new byte[length];
            random.NextBytes(plain);
            var expected = plain.Select((b, i) => (byte)(b ^ key[i % 4])).ToArray();
            var mask = new WebSocketMask(BitConverter.ToUInt32(key));
            var result = new byte[length];
            for (var at = 0; at < length;)
            {
                var part = Math.Min(random.Next(1, 80), length - at);
                mask.Copy(plain.AsSpan(at, part), result.AsSpan(at));
                at += part;
            }

            Assert.Equal(expected, result);
        }
    }

    [Fact]
    public void The_example_of_rfc_6455_is_read()
    {
        // RFC 6455 §5.7: a masked "Hello"; as a binary message, since text is refused.
        byte[] frame = [0x82, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        var reader = new WebSocketFrameReader(isServer: true);
        Assert.Equal(6, reader.Read(frame));
        Assert.Equal(5, reader.Remaining);
        var text = new byte[5];
        reader.Mask.Copy(frame.AsSpan(6), text);
        Assert.Equal("Hello"u8, text);
    }

    [Fact]
    public void Masking_in_place_works_and_skipping_keeps_the_phase()
    {
        var mask = new WebSocketMask(0x04030201);
        var bytes = new byte[100];
        mask.Skip(3);
        mask.Copy(bytes, bytes);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)(((i + 3) % 4) + 1)), bytes);
    }
}
