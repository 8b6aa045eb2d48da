using Causeway.Libp2p.Relay;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Relay;

/// <summary>Relayed addresses, and which addresses of a relay are worth telling.</summary>
public sealed class RelayAddressTests
{
    private const string Relay = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
    private const string Target = "12D3KooWNvSZnPi3RrhrTwEY4LuuBeB6K6facKUCJcyWG1aoDd2p";

    [Theory]
    [InlineData("/ip4/1.2.3.4/tcp/5/p2p/" + Relay + "/p2p-circuit", "/ip4/1.2.3.4/tcp/5", null)]
    [InlineData("/ip4/1.2.3.4/tcp/5/p2p/" + Relay + "/p2p-circuit/p2p/" + Target, "/ip4/1.2.3.4/tcp/5", Target)]
    [InlineData("/dns4/relay.example/tcp/443/wss/p2p/" + Relay + "/p2p-circuit/p2p/" + Target, "/dns4/relay.example/tcp/443/wss", Target)]
    [InlineData("/p2p/" + Relay + "/p2p-circuit/p2p/" + Target, "/", Target)]
    public void A_relayed_address_names_a_relay_and_perhaps_a_target(string text, string head, string? target)
    {
        Assert.True(RelayAddresses.TryRead(Address(text), out var relay, out var address, out var found));
        Assert.Equal(Relay, relay.ToString());
        Assert.Equal(head, address.ToString());
        Assert.Equal(target, found?.ToString());
    }

    [Theory]
    [InlineData("/ip4/1.2.3.4/tcp/5/p2p/" + Relay)]
    [InlineData("/ip4/1.2.3.4/tcp/5/p2p-circuit/p2p/" + Target)]
    [InlineData("/p2p-circuit")]
    [InlineData("/p2p/" + Relay + "/p2p-circuit/p2p/" + Relay + "/p2p-circuit/p2p/" + Target)]
    [InlineData("/p2p/" + Relay + "/p2p-circuit/ip4/1.2.3.4/tcp/5/p2p/" + Target)]
    [InlineData("/p2p/" + Relay + "/tcp/5/p2p-circuit/p2p/" + Target)]
    public void Anything_else_is_not(string text) => Assert.False(RelayAddresses.TryRead(Address(text), out _, out _, out _));

    [Theory]
    [InlineData("/ip4/8.8.8.8/tcp/1", "/ip4/9.9.9.9/tcp/1", true)]
    [InlineData("/dns4/relay.example/tcp/1", "/ip4/9.9.9.9/tcp/1", true)]
    [InlineData("/ip4/10.0.0.1/tcp/1", "/ip4/9.9.9.9/tcp/1", false)]
    [InlineData("/ip4/10.0.0.1/tcp/1", "/ip4/192.168.1.1/tcp/1", true)]
    [InlineData("/ip4/127.0.0.1/tcp/1", "/ip4/192.168.1.1/tcp/1", false)]
    [InlineData("/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/9", true)]
    [InlineData("/ip4/0.0.0.0/tcp/1", "/ip4/127.0.0.1/tcp/9", false)]
    [InlineData("/ip4/8.8.8.8/tcp/1/p2p/" + Relay + "/p2p-circuit", "/ip4/9.9.9.9/tcp/1", false)]
    public void Addresses_are_told_to_those_who_can_use_them(string address, string path, bool expected) =>
        Assert.Equal(expected, RelayAddresses.IsUseful(Address(address), Address(path)));

    [Fact]
    public void What_a_relay_says_is_filtered()
    {
        var relay = PeerId.Parse(Relay);
        string[] said =
        [
            $"/ip4/8.8.8.8/tcp/1/p2p/{Relay}",
            $"/ip4/8.8.8.8/tcp/2/p2p/{Relay}/p2p/{Relay}",
            "/ip4/8.8.8.8/tcp/3",
            $"/ip4/8.8.8.8/tcp/4/p2p/{Target}",
            $"/ip4/8.8.8.8/tcp/5/p2p/{Target}/p2p/{Relay}",
            $"/ip4/10.0.0.1/tcp/6/p2p/{Relay}",
            $"/ip4/8.8.8.8/tcp/7/p2p/{Target}/p2p-circuit/p2p/{Relay}",
        ];
        var read = RelayAddresses.Read(said.Select(text => Address(text).Bytes), relay, Address("/ip4/9.9.9.9/tcp/1"));
        Assert.Equal(Addresses("/ip4/8.8.8.8/tcp/1", "/ip4/8.8.8.8/tcp/2", "/ip4/8.8.8.8/tcp/3"), read);
    }
}
