using Xunit;

namespace Causeway.Multiformats.Tests.Addresses;

public sealed class RefusedAddressTests
{
    private const string Onion3 = "vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd";
    private const string Garlic32 = "566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzu";

    // After the cases of multiformats/go-multiaddr, plus forms that lenient parsers let through.
    [Theory]
    [InlineData("", "must begin with '/'")]
    [InlineData("ip4/127.0.0.1", "must begin with '/'")]
    [InlineData("/", "no parts")]
    [InlineData("//", "no parts")]
    [InlineData("//ip4/127.0.0.1", "part 1 names the unknown protocol ''")]
    [InlineData("/ip4/127.0.0.1//tcp/1", "part 2 names the unknown protocol ''")]
    [InlineData("/nope/1", "part 1 names the unknown protocol 'nope'")]
    [InlineData("/IP4/127.0.0.1", "part 1 names the unknown protocol 'IP4'")]
    [InlineData("/ip4", "part 1 (ip4) lacks its value")]
    [InlineData("/ip4/::1", "part 1 (ip4) has the value '::1'")]
    [InlineData("/ip4/127.1", "(ip4)")]
    [InlineData("/ip4/0x7f.0.0.1", "(ip4)")]
    [InlineData("/ip4/127.0.0.01", "(ip4)")]
    [InlineData("/ip4/127.0.0.1.", "(ip4)")]
    [InlineData("/ip4/127.0.0.256", "(ip4)")]
    [InlineData("/ip4/ 127.0.0.1", "(ip4)")]
    [InlineData("/ip6", "(ip6)")]
    [InlineData("/ip6/127.0.0.1", "(ip6)")]
    [InlineData("/ip6/fe80::1%eth0", "(ip6)")]
    [InlineData("/ip6/[::1]", "(ip6)")]
    [InlineData("/ip6/1::2::3", "(ip6)")]
    [InlineData("/ip6/12345::", "(ip6)")]
    [InlineData("/ip6/1:2:3:4:5:6:7", "(ip6)")]
    [InlineData("/ip6/1:2:3:4:5:6:7:8:9", "(ip6)")]
    [InlineData("/ip6/::ffff:127.0.0.01", "(ip6)")]
    [InlineData("/ip6/::ffff:1.2.3.4.5", "(ip6)")]
    [InlineData("/ip4/0.0.0.0/ipcidr/256", "part 2 (ipcidr)")]
    [InlineData("/ip6/::/ipcidr/129", "part 2 (ipcidr)")]
    [InlineData("/ip6zone", "(ip6zone)")]
    [InlineData("/ip6zone//ip6/fe80::1", "(ip6zone)")]
    [InlineData("/udp/65536", "(udp)")]
    [InlineData("/tcp/-1", "(tcp)")]
    [InlineData("/tcp/+1", "(tcp)")]
    [InlineData("/tcp/080", "(tcp)")]
    [InlineData("/tcp/ 80", "(tcp)")]
    [InlineData("/tcp/٣", "(tcp)")]
    [InlineData("/udp/1234/udt/1234", "part 3 names the unknown protocol '1234'")]
    [InlineData("/ip4/127.0.0.1/quic-v1/1234", "part 3 names the unknown protocol '1234'")]
    [InlineData("/dns4//tcp/1", "(dns4)")]
    [InlineData("/dns4/a b/tcp/1", "(dns4)")]
    [InlineData("/dns4/a\n/tcp/1", "(dns4)")]
    [InlineData("/onion/9imaq4ygg2iegci7:80", "(onion)")]
    [InlineData("/onion/aaimaq4ygg2iegci7:80", "(onion)")]
    [InlineData("/onion/timaq4ygg2iegci7:0", "(onion)")]
    [InlineData("/onion/timaq4ygg2iegci7:-1", "(onion)")]
    [InlineData("/onion/timaq4ygg2iegci7", "(onion)")]
    [InlineData("/onion/timaq4ygg2iegci@:666", "(onion)")]
    [InlineData("/onion3/9ww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:80", "(onion3)")]
    [InlineData("/onion3/" + Onion3 + "7:80", "(onion3)")]
    [InlineData("/onion3/" + Onion3 + ":0", "(onion3)")]
    [InlineData("/onion3/" + Onion3, "(onion3)")]
    [InlineData("/garlic32/" + Garlic32, "(garlic32)")]
    [InlineData("/garlic32/" + Garlic32 + "77", "(garlic32)")]
    [InlineData("/garlic32/" + Garlic32 + "qzwassw", "(garlic32)")]
    [InlineData("/garlic32/" + Garlic32 + ":80", "(garlic32)")]
    [InlineData("/garlic64/AAAA", "(garlic64)")]
    [InlineData("/ip4/1.2.3.4/udp/1/quic-v1/webtransport/certhash", "part 5 (certhash) lacks its value")]
    [InlineData("/certhash/b2uaraocy6yrdblb4sfptaddgimjmmp", "(certhash)")]
    [InlineData("/certhash/xyz", "(certhash)")]
    [InlineData("/ip4/127.0.0.1/p2p", "part 2 (p2p) lacks its value")]
    [InlineData("/ip4/127.0.0.1/ipfs/tcp", "part 2 (p2p) has the value 'tcp'")]
    [InlineData("/p2p/QmxoHT6iViN5xAjoz1VZ553cL31U9F94ht3QvWR1FrEbZY", "(p2p)")]
    [InlineData("/p2p/bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354", "(p2p)")]
    [InlineData("/unix", "part 1 (unix) lacks its value")]
    [InlineData("/ip4/1.2.3.4/tcp/80/unix/", "part 3 (unix) lacks its value")]
    [InlineData("/http-path/", "(http-path)")]
    [InlineData("/http-path/a%2", "(http-path)")]
    [InlineData("/http-path/a%zz", "(http-path)")]
    [InlineData("/http-path/a b", "(http-path)")]
    [InlineData("/http-path/a?b", "(http-path)")]
    [InlineData("/memory/", "(memory)")]
    public void Texts_are_refused_with_the_part_and_the_reason(string text, string reason)
    {
        Assert.False(Multiaddress.TryParse(text, out var address));
        Assert.Null(address);
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Multiaddress.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no parts")]
    [InlineData("80", "part 1 is cut off")]
    [InlineData("047f0000", "part 1 is cut off")]
    [InlineData("047f0000010610", "part 2 is cut off")]
    [InlineData("8400047f000001", "part 1 is cut off or has a malformed length")]
    [InlineData("05", "part 1 has the unknown protocol code 5")]
    [InlineData("047f000001ffffffffffffffff7f", "part 2 has the unknown protocol code 9223372036854775807")]
    [InlineData("3500", "part 1 (dns) has a malformed value")]
    [InlineData("3502ff41", "part 1 (dns) has a malformed value")]
    [InlineData("3503612f62", "part 1 (dns) has a malformed value")]
    [InlineData("3503610a62", "part 1 (dns) has a malformed value")]
    [InlineData("35ffffffffffffffff7f61", "part 1 is cut off")]
    [InlineData("2b81", "part 1 (ipcidr)")]
    [InlineData("a50300", "part 1 (p2p)")]
    [InlineData("a503021200", "part 1 (p2p)")]
    [InlineData("bc030010c0439831b48218480000", "part 1 (onion)")]
    [InlineData("9003012f", "part 1 (unix)")]
    [InlineData("90030261" + "62", "part 1 (unix)")]
    [InlineData("9003032f612f", "part 1 (unix)")]
    [InlineData("9003022f61dd03", "part 2 follows a path")]
    [InlineData("d203021200", "part 1 (certhash)")]
    public void Bytes_are_refused_with_the_part_and_the_reason(string hex, string reason)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.False(Multiaddress.TryFromBytes(bytes, out var address));
        Assert.Null(address);
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Multiaddress.FromBytes(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lone_surrogate_is_no_text() => Assert.False(Multiaddress.TryParse("/dns4/\ud800/tcp/1", out _));

    [Fact]
    public void Sizes_are_bounded()
    {
        var atLimit = string.Concat(Enumerable.Repeat("/ws", Multiaddress.MaxComponents));
        Assert.Equal(atLimit, Multiaddress.Parse(atLimit).ToString());
        Assert.Contains("too long", Assert.Throws<FormatException>(() => Multiaddress.Parse(atLimit + "/ws")).Message, StringComparison.Ordinal);
        Assert.Contains("too long", Assert.Throws<FormatException>(() => Multiaddress.Parse("/unix/" + new string('a', 9000))).Message, StringComparison.Ordinal);

        var long64 = "/http-path/" + new string('a', 1024);
        Assert.True(Multiaddress.TryParse(long64, out var one));
        Assert.False(Multiaddress.TryParse(long64 + long64, out _));
        Assert.Throws<ArgumentException>(() => one.Encapsulate(one));
        Assert.False(Multiaddress.TryParse(long64 + "a", out _));
        Assert.False(Multiaddress.TryFromBytes(new byte[Multiaddress.MaxLength + 1], out _));
        Assert.False(Multiaddress.TryParse($"/dns/{new string('a', 254)}", out _));
        Assert.True(Multiaddress.TryParse($"/dns/{new string('a', 253)}", out _));
    }

    [Fact]
    public void Messages_show_hostile_text_short_and_harmless()
    {
        var error = Assert.Throws<FormatException>(() => Multiaddress.Parse("/\u001b[31m\r\n" + new string('x', 5_000)));
        Assert.DoesNotContain("\u001b", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 500);
    }
}
