using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Routing;

public sealed class RoutingTableTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(30);

    private readonly PeerId _self = Some.NewPeer();
    private readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    [Fact]
    public void The_closest_peers_are_found_for_any_place()
    {
        var table = Table(bucketSize: 8);
        for (var i = 0; i < 400; i++) Add(table, Some.NewPeer());
        var held = table.Select(static entry => entry.Peer);
        for (var i = 0; i < 200; i++)
        {
            var key = BitConverter.GetBytes(i);

            Assert.Equal(Closeness.Order(key, held).Take(10), table.Closest(KademliaKey.Of(key), 10));
        }

        Assert.Equal(Closeness.Order(_self.Bytes.ToArray(), held).Take(10), table.Closest(table.Self, 10));
    }

    [Fact]
    public void Who_asks_is_not_told_of_itself()
    {
        var table = Table();
        var peers = Enumerable.Range(0, 5).Select(static _ => Some.NewPeer()).ToArray();
        foreach (var peer in peers) Add(table, peer);

        Assert.DoesNotContain(peers[0], table.Closest(KademliaKey.Of(peers[0]), 20, except: peers[0]));
    }

    [Fact]
    public void No_bucket_holds_more_than_k_and_the_node_itself_is_in_none()
    {
        var table = Table(bucketSize: 3);
        for (var i = 0; i < 200; i++) Add(table, Some.NewPeer());

        Assert.False(Add(table, _self));
        Assert.All(table.BucketSizes(), static size => Assert.InRange(size, 0, 3));
        Assert.Equal(table.Count, table.BucketSizes().Sum());
    }

    [Fact]
    public void A_full_bucket_keeps_peers_that_answer()
    {
        var table = Table(bucketSize: 2);
        var (first, second, late) = (PeerIn(0), PeerIn(0), PeerIn(0));
        Add(table, first, answered: true);
        Add(table, second, answered: true);

        Assert.False(Add(table, late, answered: true));
        Assert.True(table.Contains(first) && table.Contains(second));
    }

    [Fact]
    public void Who_has_answered_takes_the_place_of_who_never_has()
    {
        var table = Table(bucketSize: 2);
        var (silent, useful, late) = (PeerIn(0), PeerIn(0), PeerIn(0));
        Add(table, silent);
        Add(table, useful, answered: true);

        Assert.False(Add(table, late));
        Assert.True(Add(table, late, answered: true));
        Assert.False(table.Contains(silent));
        Assert.True(table.Contains(useful));
    }

    [Fact]
    public void Who_was_of_no_use_for_a_while_makes_room()
    {
        var table = Table(bucketSize: 2);
        var (older, newer, late) = (PeerIn(0), PeerIn(0), PeerIn(0));
        Add(table, older, answered: true);
        Add(table, newer, answered: true, at: _now + TimeSpan.FromMinutes(1));

        Assert.False(Add(table, late, at: _now + Grace));
        Assert.True(Add(table, late, at: _now + Grace + TimeSpan.FromTicks(1)));
        Assert.False(table.Contains(older));
        Assert.True(table.Contains(newer));
    }

    [Fact]
    public void Few_peers_of_one_network_are_taken_in_a_bucket_and_in_all()
    {
        var table = Table();
        Assert.True(Add(table, PeerIn(0), "/ip4/8.8.0.1/tcp/1"));
        Assert.True(Add(table, PeerIn(0), "/ip4/8.8.1.1/tcp/1"));
        Assert.False(Add(table, PeerIn(0), "/ip4/8.8.2.1/tcp/1"));
        var third = PeerIn(1);
        Assert.True(Add(table, third, "/ip4/8.8.3.1/tcp/1"));
        Assert.False(Add(table, PeerIn(2), "/ip4/8.8.4.1/tcp/1"));
        Assert.True(Add(table, PeerIn(0), "/ip4/8.9.0.1/tcp/1"));

        table.Remove(third);

        Assert.True(Add(table, PeerIn(2), "/ip4/8.8.4.1/tcp/1"));
    }

    [Fact]
    public void Networks_of_ipv6_are_told_apart_by_32_bits_and_private_ones_do_not_count()
    {
        var table = Table();
        Assert.True(Add(table, PeerIn(0), "/ip6/2001:4860:1::1/tcp/1"));
        Assert.True(Add(table, PeerIn(0), "/ip6/2001:4860:2::1/tcp/1"));
        Assert.False(Add(table, PeerIn(0), "/ip6/2001:4860:3::1/tcp/1"));
        Assert.True(Add(table, PeerIn(0), "/ip6/2001:4861::1/tcp/1"));
        for (var i = 0; i < 5; i++) Assert.True(Add(table, PeerIn(0), $"/ip4/192.168.0.{i}/tcp/1"));
    }

    [Fact]
    public void A_peer_that_moves_counts_where_it_is()
    {
        var table = Table();
        var mover = PeerIn(0);
        Add(table, mover, "/ip4/8.8.0.1/tcp/1");
        Add(table, PeerIn(0), "/ip4/8.8.1.1/tcp/1");
        Add(table, mover, "/ip4/9.9.0.1/tcp/1");

        Assert.True(Add(table, PeerIn(0), "/ip4/8.8.2.1/tcp/1"));
        Assert.Equal(Some.Addresses("/ip4/9.9.0.1/tcp/1"), table.AddressesOf(mover));
    }

    [Fact]
    public void Comings_and_goings_are_told()
    {
        var table = Table(bucketSize: 1);
        var seen = new List<string>();
        var (first, second) = (PeerIn(0), PeerIn(0));
        table.Added += peer => seen.Add($"+{peer}");
        table.Removed += peer => seen.Add($"-{peer}");

        Add(table, first);
        Add(table, second, answered: true);
        table.Remove(second);
        table.Remove(second);

        Assert.Equal([$"+{first}", $"-{first}", $"+{second}", $"-{second}"], seen);
    }

    private RoutingTable Table(int bucketSize = 20) => new(KademliaKey.Of(_self), new RoutingTableOptions(bucketSize, 3, 2, Grace));

    private bool Add(RoutingTable table, PeerId peer, string? address = null, bool answered = false, DateTimeOffset? at = null)
    {
        var addresses = address is null ? [] : Some.Addresses(address);
        return table.TryAdd(peer, addresses, IPGroup.Of(addresses), answered, at ?? _now);
    }

    private PeerId PeerIn(int bucket)
    {
        while (true)
        {
            var peer = Some.NewPeer();
            if (KademliaKey.Of(peer).CommonPrefixLength(KademliaKey.Of(_self)) == bucket) return peer;
        }
    }
}
