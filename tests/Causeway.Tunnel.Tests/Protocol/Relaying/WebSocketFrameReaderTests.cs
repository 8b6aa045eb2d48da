using Causeway.Testing;
using Causeway.Tunnel.Protocol.Relaying;
using Causeway.Tunnel.Protocol.Relaying.WebSockets;

namespace Causeway.Tunnel.Tests.Protocol.Relaying;

public sealed class WebSocketFrameReaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(5_000_000_000)]
    public void A_header_is_read_as_it_was_written_however_it_is_cut(long length)
    {
        var header = new byte[WebSocketFrame.MaxHeader];
        foreach (var isServer in new[] { false, true })
        {
            var size = isServer ? WebSocketFrame.WriteHeader(header, WebSocketOpcode.Binary, length, new WebSocketMask(7)) : WebSocketFrame.WriteHeader(header, WebSocketOpcode.Binary, length);
            Assert.Equal(WebSocketFrame.HeaderLength(length, isServer), size);
            for (var cut = 0; cut <= size; cut++)
            {
                var reader = new WebSocketFrameReader(isServer);
                Assert.Equal(cut, reader.Read(header.AsSpan(0, cut)));
                Assert.Equal(cut == size, reader.HasFrame);
                if (cut < size) Assert.Equal(size - cut, reader.Read(header.AsSpan(cut, size - cut)));
                Assert.True(reader.HasFrame);
                Assert.Equal((WebSocketOpcode.Binary, length), (reader.Opcode, reader.Remaining));
                Assert.Equal(isServer ? 7u : 0u, reader.Mask.Key);
            }
        }
    }

    [Theory]
    [InlineData(true, "818000000000", "text")]
    [InlineData(true, "8200", "without a mask")]
    [InlineData(false, "828000000000", "with a mask")]
    [InlineData(false, "c200", "extension")]
    [InlineData(false, "a200", "extension")]
    [InlineData(false, "8000", "out of order")]
    [InlineData(false, "8300", "out of order")]
    [InlineData(false, "8b00", "out of order")]
    [InlineData(false, "0900", "out of order")]
    [InlineData(false, "897e0080", "out of order")]
    [InlineData(false, "827fffffffffffffffff", "too long")]
    public void What_rfc_6455_or_the_protocol_forbids_is_refused(bool isServer, string hex, string reason)
    {
        var reader = new WebSocketFrameReader(isServer);
        var e = Assert.Throws<RelayLinkException>(() => reader.Read(Convert.FromHexString(hex)));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_in_several_frames_may_have_control_frames_between_them()
    {
        var reader = new WebSocketFrameReader(isServer: false);
        foreach (var (hex, opcode) in new[] { ("0200", WebSocketOpcode.Binary), ("8900", WebSocketOpcode.Ping), ("0000", WebSocketOpcode.Continuation), ("8000", WebSocketOpcode.Continuation), ("8200", WebSocketOpcode.Binary) })
        {
            reader.Read(Convert.FromHexString(hex));
            Assert.Equal(opcode, reader.Opcode);
            reader.TakeEmpty();
        }

        reader.Read([0x02, 0x00]);
        reader.TakeEmpty();
        Assert.Throws<RelayLinkException>(() => reader.Read([0x82, 0x00]));
    }

    [Fact]
    public void Noise_is_refused_or_read_and_nothing_else_happens()
    {
        var random = new Random(2);
        var noise = new byte[64];
        for (var i = 0; i < Soak.Count(20_000, 2_000_000); i++)
        {
            random.NextBytes(noise);
            var reader = new WebSocketFrameReader(isServer: (i & 1) == 0);
            var rest = noise.AsSpan();
            try
            {
                while (!rest.IsEmpty)
                {
                    if (!reader.HasFrame) rest = rest[reader.Read(rest)..];
                    if (!reader.HasFrame) break;
                    var part = (int)Math.Min(rest.Length, reader.Remaining);
                    reader.Take(part);
                    rest = rest[part..];
                }
            }
            catch (RelayLinkException)
            {
                // Refused.
            }
        }
    }
}
