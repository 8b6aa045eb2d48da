using Causeway.Gateway.Peers;
using Causeway.Libp2p.Security.PrivateNetworks;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Peers;

public sealed class PeerNetworkOptionsTests
{
    private const string Peer = "/p2p/12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";

    [Fact]
    public void Without_peers_to_start_from_there_is_nothing_beyond_the_local_network()
    {
        Assert.False(new PeerNetworkOptions().IsWide);
        Assert.True(new PeerNetworkOptions { Bootstrap = Addresses("/ip4/203.0.113.7/tcp/9092" + Peer) }.IsWide);
        Assert.True(new PeerNetworkOptions { Relays = Addresses("/ip4/203.0.113.7/tcp/9092" + Peer) }.IsWide);
    }

    [Theory]
    [InlineData("/ip4/127.0.0.1/tcp/9092", true)]
    [InlineData("/ip4/10.1.2.3/tcp/9092", true)]
    [InlineData("/ip6/fe80::1/tcp/9092", true)]
    [InlineData("/ip4/8.8.8.8/tcp/9092", false)]
    [InlineData("/dns4/node.example/tcp/9092", false)]
    public void A_network_is_closed_whose_first_peers_are_all_private(string address, bool isClosed)
    {
        Assert.Equal(isClosed, new PeerNetworkOptions { Bootstrap = Addresses(address + Peer) }.IsClosed);
        Assert.Equal(isClosed, new PeerNetworkOptions { Relays = Addresses(address + Peer) }.IsClosed);
        Assert.False(new PeerNetworkOptions { Bootstrap = Addresses(address + Peer, "/ip4/8.8.8.8/tcp/1" + Peer) }.IsClosed);
    }

    [Fact]
    public void A_network_with_a_key_is_closed_wherever_its_peers_are()
    {
        using var key = PreSharedKey.Generate();
        Assert.True(new PeerNetworkOptions { PrivateNetwork = key, Bootstrap = Addresses("/ip4/8.8.8.8/tcp/1" + Peer) }.IsClosed);
    }

    [Theory]
    [InlineData("/ip4/8.8.8.8/tcp/9092", "")]
    [InlineData("", "/ip4/8.8.8.8/tcp/9092")]
    [InlineData("", "/ip4/8.8.8.8/tcp/9092" + Peer + "/p2p-circuit" + Peer)]
    public void An_address_that_names_no_peer_or_no_relay_is_refused_before_there_is_a_page(string bootstrap, string relay)
    {
        var options = new PeerNetworkOptions { Bootstrap = Addresses(bootstrap), Relays = Addresses(relay) };
        var error = Assert.Throws<ArgumentException>(() => new Libp2pPeerFactory(options, NullLoggerFactory.Instance));
        Assert.Contains("8.8.8.8", error.Message);
    }

    private static Multiaddress[] Addresses(params string[] texts) => [.. texts.Where(t => t.Length > 0).Select(Multiaddress.Parse)];
}
