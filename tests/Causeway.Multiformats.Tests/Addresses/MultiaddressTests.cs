using System.Net;
using Xunit;

namespace Causeway.Multiformats.Tests.Addresses;

public sealed class MultiaddressTests
{
    [Theory]
    [InlineData("/ip4/127.0.0.1/udp/1234", "047f000001910204d2")]
    [InlineData("/ip4/127.0.0.1/tcp/4321", "047f0000010610e1")]
    [InlineData("/ip4/127.0.0.1/udp/1234/ip4/127.0.0.1/tcp/4321", "047f000001910204d2047f0000010610e1")]
    [InlineData("/onion/aaimaq4ygg2iegci:80", "bc030010c0439831b48218480050")]
    public void Text_and_bytes_belong_together(string text, string hex)
    {
        Assert.Equal(hex, Convert.ToHexStringLower(Multiaddress.Parse(text).Bytes.Span));
        Assert.Equal(text, Multiaddress.FromBytes(Convert.FromHexString(hex)).ToString());
    }

    [Fact]
    public void An_endpoint_survives_the_round_trip()
    {
        var endPoint = new IPEndPoint(IPAddress.IPv6Loopback, 9092);
        Assert.True(Multiaddress.FromTcp(endPoint).TryGetTcpEndPoint(out var back));
        Assert.Equal(endPoint, back);
    }

    [Fact]
    public void A_peer_id_is_added_once_and_taken_away()
    {
        var id = PeerId.Parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
        var bare = Multiaddress.Parse("/ip4/127.0.0.1/tcp/9092");
        var full = bare.WithPeerId(id);
        Assert.Equal($"/ip4/127.0.0.1/tcp/9092/p2p/{id}", full.ToString());
        Assert.Same(full, full.WithPeerId(id));
        Assert.Equal(id, full.PeerId);
        Assert.Equal(bare, full.WithoutPeerId());
    }
}
