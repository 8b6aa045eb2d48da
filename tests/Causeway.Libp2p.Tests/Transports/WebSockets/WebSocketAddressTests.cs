using Causeway.Libp2p.Transports.WebSockets;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Transports.WebSockets;

public sealed class WebSocketAddressTests
{
    [Theory]
    [InlineData("/ip4/192.0.2.1/tcp/1234/ws", "/ip4/192.0.2.1/tcp/1234/ws", "ws://192.0.2.1:1234/")]
    [InlineData("/ip4/192.0.2.1/ws", "/ip4/192.0.2.1/tcp/80/ws", "ws://192.0.2.1/")]
    [InlineData("/ip4/192.0.2.1/tcp/1234/wss", "/ip4/192.0.2.1/tcp/1234/tls/ws", "wss://192.0.2.1:1234/")]
    [InlineData("/ip4/192.0.2.1/tcp/1234/tls/ws", "/ip4/192.0.2.1/tcp/1234/tls/ws", "wss://192.0.2.1:1234/")]
    [InlineData("/ip4/192.0.2.1/wss", "/ip4/192.0.2.1/tcp/443/tls/ws", "wss://192.0.2.1/")]
    [InlineData("/ip6/2001:db8::1/tcp/443/tls/sni/example.org/ws", "/ip6/2001:db8::1/tcp/443/tls/sni/example.org/ws", "wss://example.org/")]
    [InlineData("/ip6zone/1/ip6/fe80::1/tcp/9/ws", "/ip6zone/1/ip6/fe80::1/tcp/9/ws", "ws://[fe80::1]:9/")]
    [InlineData("/ip4/192.0.2.1/tcp/80/ws/http-path/path%2Fto%2Fendpoint", "/ip4/192.0.2.1/tcp/80/ws/http-path/path%2Fto%2Fendpoint", "ws://192.0.2.1/path/to/endpoint")]
    public void Every_spelling_of_an_address_has_one_meaning(string text, string canonical, string uri)
    {
        Assert.True(WebSocketAddress.TryParse(Address(text).WithPeerId(NewPeer()), out var parsed));
        Assert.Equal(Address(canonical), parsed.Canonical);
        Assert.Equal(new Uri(uri), parsed.Uri);
        Assert.True(WebSocketAddress.TryParse(parsed.Canonical, out var again));
        Assert.Equal(parsed.Canonical, again.Canonical);
    }

    [Theory]
    [InlineData("/ip4/192.0.2.1/tcp/1/tls")]
    [InlineData("/ip4/192.0.2.1/tcp/1/tls/tls/ws")]
    [InlineData("/ip4/192.0.2.1/tcp/1/sni/example.org/ws")]
    [InlineData("/ip4/192.0.2.1/tcp/1/tls/wss")]
    [InlineData("/ip4/192.0.2.1/tcp/1/ws/ws")]
    [InlineData("/ip4/192.0.2.1/udp/1/ws")]
    [InlineData("/ip4/192.0.2.1/tcp/1/ws/p2p-circuit")]
    [InlineData("/dns4/example.org/tcp/1/ws")]
    [InlineData("/ip4/192.0.2.1/tcp/1/tls/sni/192.0.2.1/ws")]
    [InlineData("/ip4/192.0.2.1/tcp/1/tls/sni/user@example.org:1/ws")]
    [InlineData("/memory/1")]
    public void Others_are_none(string text) => Assert.False(WebSocketAddress.TryParse(Address(text), out _));

    [Fact]
    public void Whatever_an_address_says_it_is_none_or_can_be_asked_for()
    {
        var random = new Random(9);
        string[] words = ["ip4", "127.0.0.1", "ip6", "::1", "ip6zone", "1", "tcp", "0", "65535", "ws", "wss", "tls", "sni", "example.org", "..", "http-path", "%2F%00%3F", "a%ZZ", "p2p", NewPeer().ToString()];
        for (var run = 0; run < Soak.Count(20_000, 2_000_000); run++)
        {
            var text = "/" + string.Join('/', Enumerable.Range(0, random.Next(2, 12)).Select(_ => words[random.Next(words.Length)]));
            if (random.Next(2) == 0) text = "/ip4/127.0.0.1/tcp/1" + text;
            if (!Multiaddress.TryParse(text, out var address) || !WebSocketAddress.TryParse(address, out var parsed)) continue;
            Assert.Contains(parsed.Uri.Scheme, new[] { "ws", "wss" });
            Assert.True(WebSocketAddress.TryParse(parsed.Canonical, out var again) && again.Canonical == parsed.Canonical);
        }
    }
}
