using Xunit;

namespace Causeway.Multiformats.Tests.Addresses;

public sealed class MultiaddressTests
{
    private const string Garlic64 =
        "jT~IyXaoauTni6N4517EG8mrFUKpy0IlgZh-EY9csMAk82Odatmzr~YTZy8Hv7u~wvkg75EFNOyqb~nAPg-khyp2TS~ObUz8WlqYAM2VlEzJ7wJB91P-cUlKF18zSzVoJFmsrcQHZCirSbWoOknS6iNmsGRh5KVZsBEfp1Dg3gwTipTRIx7Vl5Vy~1OSKQVjYiGZS9q8RL0MF~7xFiKxZDLbPxk0AK9TzGGqm~wMTI2HS0Gm4Ycy8LYPVmLvGonIBYndg2bJC7WLuF6tVjVquiokSVDKFwq70BCUU5AU-EvdOD5KEOAM7mPfw-gJUG4tm1TtvcobrObqoRnmhXPTBTN5H7qDD12AvlwFGnfAlBXjuP4xOUAISL5SRLiulrsMSiT4GcugSI80mF6sdB0zWRgL1yyvoVWeTBn1TqjO27alr95DGTluuSqrNAxgpQzCKEWAyzrQkBfo2avGAmmz2NaHaAvYbOg0QSJz1PLjv2jdPW~ofiQmrGWM1cd~1cCqAAAA";

    // Pairs from the tests of multiformats/go-multiaddr, and pairs put together by hand from protocols.csv.
    [Theory]
    [InlineData("/ip4/127.0.0.1/udp/1234", "047f000001910204d2")]
    [InlineData("/ip4/127.0.0.1/tcp/4321", "047f0000010610e1")]
    [InlineData("/ip4/127.0.0.1/udp/1234/ip4/127.0.0.1/tcp/4321", "047f000001910204d2047f0000010610e1")]
    [InlineData("/onion/aaimaq4ygg2iegci:80", "bc030010c0439831b48218480050")]
    [InlineData(
        "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234",
        "bd03adadec040be047f9658668b11a504f3155001f231a37f54c4476c07fb4cc139ed7e30304d2")]
    [InlineData(
        "/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuq",
        "bf0320efbcd45d0c5dc79781ac6f20ea5055a036afb48d45a52e7d68ec7d4338919e69")]
    [InlineData("/ip6zone/eth0/ip6/fe80::1", "2a046574683029fe800000000000000000000000000001")]
    [InlineData("/ip4/192.0.2.0/ipcidr/24", "04c00002002b18")]
    [InlineData("/dns4/example.com/tcp/443/tls/sni/example.com/ws", "360b6578616d706c652e636f6d0601bbc003c1030b6578616d706c652e636f6ddd03")]
    [InlineData("/unix/a/b", "900304" + "2f612f62")]
    [InlineData("/memory/one", "8906036f6e65")]
    [InlineData("/http-path/tmp%2Fbar", "e103077" + "46d702f626172")]
    public void Text_and_bytes_belong_together(string text, string hex)
    {
        Assert.Equal(hex, Convert.ToHexStringLower(Multiaddress.Parse(text).Bytes.Span));
        Assert.Equal(text, Multiaddress.FromBytes(Convert.FromHexString(hex)).ToString());
    }

    [Theory]
    [InlineData("/ip4/0.0.0.0")]
    [InlineData("/ip4/255.255.255.255/tcp/65535")]
    [InlineData("/ip6/::")]
    [InlineData("/ip6/::1")]
    [InlineData("/ip6/2601:9:4f81:9700:803e:ca65:66e8:c21/udp/1234/quic-v1")]
    [InlineData("/ip6/::ffff:192.0.2.1/tcp/1")]
    [InlineData("/ip6/1:0:0:2::3")]
    [InlineData("/ip6/1::2:0:0:3:4")]
    [InlineData("/ip6/1:0:2:3:4:5:6:7")]
    [InlineData("/ip6/1::")]
    [InlineData("/ip6/::1:2")]
    [InlineData("/ip6/64:ff9b::c000:201")]
    [InlineData("/ip6zone/x%y/ip6/fe80::1/udp/1234/quic")]
    [InlineData("/tcp/0")]
    [InlineData("/dccp/1/sctp/2/udp/3/udt/utp")]
    [InlineData("/dns/localhost/tcp/80/http")]
    [InlineData("/dns6/_x.example.com/tcp/443/https")]
    [InlineData("/dnsaddr/bootstrap.libp2p.io/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC")]
    [InlineData("/onion/timaq4ygg2iegci7:80/http")]
    [InlineData("/garlic64/" + Garlic64 + "/udp/8080")]
    [InlineData("/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuqzwas")]
    [InlineData("/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuqzwassq/tcp/1")]
    [InlineData("/ip4/127.0.0.1/tcp/127/noise/tls/ws/wss")]
    [InlineData("/ip4/1.2.3.4/udp/1/webrtc-direct/webrtc/p2p-webrtc-direct/p2p-webrtc-star/p2p-websocket-star/p2p-stardust")]
    [InlineData("/ip4/1.2.3.4/tcp/80/unix/a/b c/d")]
    [InlineData("/ip4/127.0.0.1/tcp/443/tls/sni/example.com/http/http-path/foo")]
    [InlineData("/ip4/127.0.0.1/tcp/1/p2p/12D3KooWCryG7Mon9orvQxcS1rYZjotPgpwoJNHHKcLLfE4Hf5mV/p2p-circuit/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC")]
    public void Canonical_texts_come_back_unchanged(string text)
    {
        var address = Multiaddress.Parse(text);
        Assert.Equal(text, address.ToString());
        Assert.Equal(text, Multiaddress.FromBytes(address.Bytes.Span).ToString());
    }

    [Theory]
    [InlineData("/ip4/127.0.0.1/tcp/1/", "/ip4/127.0.0.1/tcp/1")]
    [InlineData("/ip4/127.0.0.1/tcp/1///", "/ip4/127.0.0.1/tcp/1")]
    [InlineData("/ip6/0:0:0:0:0:0:0:1", "/ip6/::1")]
    [InlineData("/ip6/2001:DB8:0:0:1:0:0:1", "/ip6/2001:db8::1:0:0:1")]
    [InlineData("/ip6/::ffff:c000:201", "/ip6/::ffff:192.0.2.1")]
    [InlineData("/ip6/::192.0.2.1", "/ip6/::c000:201")]
    [InlineData("/onion/TIMAQ4YGG2IEGCI7:80", "/onion/timaq4ygg2iegci7:80")]
    [InlineData("/ipfs/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC", "/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC")]
    [InlineData("/p2p/k2k4r8oqamigqdo6o7hsbfwd45y70oyynp98usk7zmyfrzpqxh1pohl7", "/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC")]
    [InlineData("/http-path/a%20b%7e!", "/http-path/a%20b~%21")]
    [InlineData(
        "/ip4/1.2.3.4/udp/1/quic-v1/webtransport/certhash/b2uaraocy6yrdblb4sfptaddgimjmmpy/certhash/zQmbWTwYGcmdyK9CYfNBcfs9nhZs17a6FQ4Y8oea278xx41",
        "/ip4/1.2.3.4/udp/1/quic-v1/webtransport/certhash/u1QEQOFj2IjCsPJFfMAxmQxLGPw/certhash/uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g")]
    public void Other_texts_are_read_and_written_canonically(string text, string canonical)
    {
        var address = Multiaddress.Parse(text);
        Assert.Equal(canonical, address.ToString());
        Assert.Equal(address, Multiaddress.Parse(canonical));
        Assert.Equal(address.GetHashCode(), Multiaddress.Parse(canonical).GetHashCode());
    }

    [Fact]
    public void Components_show_the_parts()
    {
        MultiaddressComponent[] expected = [new("ip4", 4, "127.0.0.1"), new("tcp", 6, "80"), new("ws", 477, null), new("unix", 400, "/a/b")];
        Assert.Equal(expected, Multiaddress.Parse("/ip4/127.0.0.1/tcp/80/ws/unix/a/b").Components);
    }

    [Fact]
    public void Addresses_are_compared_by_their_bytes()
    {
        var a = Multiaddress.Parse("/ip4/127.0.0.1/tcp/1");
        Assert.True(a == Multiaddress.Parse("/ip4/127.0.0.1/tcp/1/") && a != Multiaddress.Parse("/ip4/127.0.0.1/udp/1") && a != null);
        Assert.Single(new HashSet<Multiaddress> { a, Multiaddress.FromBytes(a.Bytes.Span) });
    }
}
