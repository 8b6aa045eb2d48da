using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Relaying;

namespace Causeway.Tunnel.Tests.Protocol.Relaying;

public sealed class RelayUrlTests
{
    private static readonly string Peer = TunnelPeerId.Read(new byte[32]).ToString();
    private static readonly string Hash = RelayUrl.HashText(new byte[32]);

    [Fact]
    public void All_forms_are_read_and_written()
    {
        foreach (var text in new[]
        {
            "wss://relay.example/", "wss://relay.example:8443/", "ws://127.0.0.1:9000/", "wss://[2001:db8::1]:444/",
            $"wss://relay.example/#{Peer}", $"wss://relay.example:8443/#{Peer};tls={Hash}", $"wss://relay.example/#;tls={Hash}",
        })
        {
            var url = RelayUrl.Parse(text);
            Assert.Equal(text, url.ToString());
            Assert.Equal(url, RelayUrl.Parse(url.ToString()));
        }

        Assert.Equal("wss://relay.example/", RelayUrl.Parse("wss://relay.example:443").ToString());
        Assert.Equal(("2001:db8::1", 443), (RelayUrl.Parse("wss://[2001:db8::1]/").Host, RelayUrl.Parse("wss://[2001:db8::1]/").Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("relay.example")]
    [InlineData("https://relay.example/")]
    [InlineData("wss://")]
    [InlineData("wss://relay.example/tunnel/v1")]
    [InlineData("wss://relay.example/?a=b")]
    [InlineData("wss://user@relay.example/")]
    [InlineData("wss://relay.example:0/")]
    [InlineData("wss://relay.example:65536/")]
    [InlineData("wss://relay.example/#bciqnonsense")]
    [InlineData("wss://relay.example/#;tls=short")]
    [InlineData("wss://relay.example/#;certificate=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("wss://relay.example/#;tls=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA;more")]
    [InlineData("ws://relay.example/#;tls=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_relay_is_refused_with_a_reason(string text)
    {
        Assert.False(RelayUrl.TryParse(text, out _));
        Assert.NotEmpty(Assert.Throws<FormatException>(() => RelayUrl.Parse(text)).Message);
    }

    [Fact]
    public void A_text_that_is_too_long_is_refused() => Assert.False(RelayUrl.TryParse("wss://relay.example/#" + new string('a', 600), out _));
}
