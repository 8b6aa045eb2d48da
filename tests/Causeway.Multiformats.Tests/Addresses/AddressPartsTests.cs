using Xunit;

namespace Causeway.Multiformats.Tests.Addresses;

public sealed class AddressPartsTests
{
    private static readonly PeerId Relay = PeerId.Parse("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
    private static readonly PeerId Target = PeerId.Parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
    private static readonly Multiaddress Bare = Multiaddress.Parse("/ip4/192.0.2.1/tcp/9092");

    [Fact]
    public void A_peer_id_is_added_once_and_taken_away()
    {
        var full = Bare.WithPeerId(Relay);
        Assert.Equal($"/ip4/192.0.2.1/tcp/9092/p2p/{Relay}", full.ToString());
        Assert.Same(full, full.WithPeerId(Relay));
        Assert.Equal(Relay, full.PeerId);
        Assert.Same(full.PeerId, full.PeerId);
        Assert.Null(Bare.PeerId);
        Assert.Equal(Bare, full.WithoutPeerId());
        Assert.Same(Bare, Bare.WithoutPeerId());
    }

    [Fact]
    public void The_peer_behind_a_relay_is_the_target_never_the_relay()
    {
        var circuit = Bare.WithPeerId(Relay).Encapsulate(Multiaddress.Parse("/p2p-circuit"));
        Assert.True(circuit.IsRelayed);
        Assert.False(Bare.IsRelayed);
        Assert.Null(circuit.PeerId);
        Assert.Equal(Target, circuit.WithPeerId(Target).PeerId);
        Assert.Equal(Relay, circuit.Decapsulate("p2p-circuit").PeerId);
        Assert.Equal($"/p2p/{Target}", circuit.WithPeerId(Target).After("p2p-circuit").ToString());
        Assert.True(circuit.After("p2p-circuit").IsEmpty);
    }

    [Fact]
    public void Parts_are_found_by_name()
    {
        var address = Multiaddress.Parse("/ip4/192.0.2.1/tcp/1/ws/ip4/192.0.2.2/tcp/2");
        Assert.True(address.Has("ws") && address.Has("tcp") && !address.Has("udp") && !address.Has("no-such"));
        Assert.Equal("192.0.2.1", address.ValueOf("ip4"));
        Assert.Equal("1", address.ValueOf("tcp"));
        Assert.Null(address.ValueOf("ws"));
        Assert.Null(address.ValueOf("udp"));
        Assert.Equal(Relay.ToString(), Bare.WithPeerId(Relay).ValueOf("ipfs"));
    }

    [Theory]
    [InlineData("/ip4/192.0.2.1/tcp/1", "/tcp/1", "/ip4/192.0.2.1")]
    [InlineData("/ip4/192.0.2.1/tcp/1", "/ip4/192.0.2.1/tcp/1", "/")]
    [InlineData("/ip4/192.0.2.1/tcp/1/ws", "/tcp/1", "/ip4/192.0.2.1")]
    [InlineData("/tcp/1/tcp/1/ws", "/tcp/1", "/tcp/1")]
    [InlineData("/ip4/192.0.2.1/tcp/1", "/udp/1", "/ip4/192.0.2.1/tcp/1")]
    [InlineData("/tcp/1", "/ip4/192.0.2.1/tcp/1", "/tcp/1")]
    public void A_suffix_is_taken_off_at_its_last_occurrence(string address, string suffix, string expected) =>
        Assert.Equal(expected, Multiaddress.Parse(address).Decapsulate(Multiaddress.Parse(suffix)).ToString());

    [Fact]
    public void A_suffix_inside_a_value_is_not_a_suffix()
    {
        // The bytes of /tcp/1 (06 00 01) lie within this IPv4 address.
        var address = Multiaddress.Parse("/ip4/1.6.0.1/udp/9");
        Assert.Same(address, address.Decapsulate(Multiaddress.Parse("/tcp/1")));
    }

    [Fact]
    public void The_empty_address_is_neutral()
    {
        Assert.True(Multiaddress.Parse($"/p2p/{Relay}").WithoutPeerId().IsEmpty);
        Assert.Equal("/", Multiaddress.Empty.ToString());
        Assert.Empty(Multiaddress.Empty.Components);
        Assert.Same(Bare, Bare.Encapsulate(Multiaddress.Empty));
        Assert.Same(Bare, Multiaddress.Empty.Encapsulate(Bare));
        Assert.Same(Bare, Bare.Decapsulate(Multiaddress.Empty));
        Assert.Equal($"/p2p/{Relay}", Multiaddress.Empty.WithPeerId(Relay).ToString());
    }

    [Fact]
    public void Cut_addresses_work_like_fresh_ones()
    {
        var cut = Multiaddress.Parse("/ip4/10.0.0.1/udp/1/ip4/192.0.2.1/tcp/9092/p2p-circuit").After("udp").Decapsulate("p2p-circuit");
        Assert.Equal(Bare, cut);
        Assert.Equal(Bare.Components, cut.Components);
        Assert.True(cut.TryGetTcpEndPoint(out var endPoint));
        Assert.Equal("192.0.2.1:9092", endPoint.ToString());
    }

    [Fact]
    public void Nothing_follows_a_path() =>
        Assert.Throws<ArgumentException>(() => Multiaddress.Parse("/unix/a").WithPeerId(Relay));
}
