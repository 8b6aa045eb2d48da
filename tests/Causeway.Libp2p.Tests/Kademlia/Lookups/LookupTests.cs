using Causeway.Libp2p.Kademlia.Lookups;
using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Lookups;

public sealed class LookupTests
{
    private static readonly byte[] Key = "target"u8.ToArray();

    private readonly PeerId _self = Some.NewPeer();

    /// <summary>Peers, the closest to the target first.</summary>
    private readonly PeerId[] _peers = [.. Closeness.Order(Key, Enumerable.Range(0, 100).Select(static _ => Some.NewPeer()))];

    [Fact]
    public void The_closest_known_peers_are_asked_first_and_no_more_at_once_than_allowed()
    {
        var lookup = Start(_peers[50..70], new LookupOptions(Required: 20, Concurrency: 3));

        Assert.Equal(_peers[50..53], TakeAll(lookup));
        lookup.Answered(_peers[51], []);
        Assert.Equal([_peers[53]], TakeAll(lookup));
    }

    [Fact]
    public void Closer_peers_that_an_answer_names_are_asked_next()
    {
        var lookup = Start(_peers[50..53], new LookupOptions(Required: 20, Concurrency: 3));
        TakeAll(lookup);

        lookup.Answered(_peers[50], [_peers[60], _peers[7], _peers[3]]);

        Assert.Equal([_peers[3]], TakeAll(lookup));
    }

    [Fact]
    public void It_ends_when_as_many_of_the_closest_as_required_have_answered()
    {
        var lookup = Start(_peers[..10], new LookupOptions(Required: 4, Concurrency: 4));
        TakeAll(lookup);
        foreach (var peer in _peers[..3]) lookup.Answered(peer, []);
        Assert.False(lookup.IsFinished);

        lookup.Answered(_peers[3], _peers[20..30]);

        Assert.True(lookup.IsFinished);
        Assert.False(lookup.TryNext(out _));
        Assert.Equal(_peers[..4], lookup.Closest(4));
    }

    [Fact]
    public void Peers_that_fail_do_not_count_and_others_take_their_place()
    {
        var lookup = Start(_peers[..4], new LookupOptions(Required: 2, Concurrency: 2, Resiliency: 2));
        Assert.Equal(_peers[..2], TakeAll(lookup));
        lookup.Failed(_peers[0]);
        lookup.Failed(_peers[1]);
        Assert.Equal(_peers[2..4], TakeAll(lookup));
        lookup.Answered(_peers[2], []);
        lookup.Answered(_peers[3], []);

        Assert.True(lookup.IsFinished);
        Assert.Equal(_peers[2..4], lookup.Closest(20));
    }

    [Fact]
    public void It_ends_when_nobody_is_left_to_ask()
    {
        Assert.True(Start([], new LookupOptions(Required: 20)).IsFinished);
        var lookup = Start(_peers[..1], new LookupOptions(Required: 20));
        TakeAll(lookup);
        Assert.False(lookup.IsFinished);

        lookup.Answered(_peers[0], [_self]);

        Assert.True(lookup.IsFinished);
    }

    [Fact]
    public void Nobody_is_asked_twice_and_answers_of_strangers_change_nothing()
    {
        var lookup = Start(_peers[..2], new LookupOptions(Required: 20));
        TakeAll(lookup);
        lookup.Answered(_peers[0], [_peers[0], _peers[1]]);
        lookup.Answered(_peers[0], [_peers[2]]);
        lookup.Answered(_peers[9], [_peers[3]]);

        Assert.False(lookup.TryNext(out _));
        Assert.Equal(2, lookup.Requests);
    }

    [Fact]
    public void Whoever_makes_up_ever_closer_peers_does_not_keep_it_going_for_ever()
    {
        var lookup = Start(_peers[99..], new LookupOptions(Required: 20, MaxRequests: 50));
        for (var i = 99; lookup.TryNext(out var peer); i--)
        {
            Assert.Equal(_peers[i], peer);
            lookup.Answered(peer, [_peers[i - 1]]);
        }

        Assert.Equal(50, lookup.Requests);
        Assert.True(lookup.IsFinished);
    }

    [Fact]
    public void Of_one_answer_no_more_peers_are_taken_than_allowed()
    {
        var lookup = Start(_peers[99..], new LookupOptions(Required: 20, Concurrency: 100, MaxPeersPerAnswer: 5));
        TakeAll(lookup);
        lookup.Answered(_peers[99], _peers[..50]);

        Assert.Equal(_peers[..5], TakeAll(lookup));
    }

    [Fact]
    public void Of_too_many_candidates_the_farthest_are_forgotten()
    {
        var lookup = Start(_peers[99..], new LookupOptions(Required: 20, Concurrency: 100, MaxCandidates: 10));
        TakeAll(lookup);
        lookup.Answered(_peers[99], _peers[20..40]);
        var asked = TakeAll(lookup);

        Assert.Equal(_peers[20..29], asked);
    }

    [Fact]
    public void On_disjoint_paths_a_peer_is_asked_on_one_only_and_a_liar_spoils_one_only()
    {
        var lookup = Start(_peers[50..52], new LookupOptions(Required: 3, Concurrency: 2, Paths: 2, Resiliency: 3));
        Assert.Equal(_peers[50..52], TakeAll(lookup));
        var liars = Closeness.Order(Key, Enumerable.Range(0, 2000).Select(static _ => Some.NewPeer())).Take(3).ToArray();

        // The liar names confederates, the honest peer the truth: each path goes on by itself.
        lookup.Answered(_peers[50], liars);
        lookup.Answered(_peers[51], [.. _peers[10..13], .. liars]);
        var asked = TakeAll(lookup);

        Assert.Equal(2, asked.Count);
        Assert.Single(asked, _peers[10..13].Contains);
        Assert.Single(asked, liars.Contains);
    }

    [Fact]
    public void With_several_paths_the_closest_of_all_are_asked_in_the_end()
    {
        var lookup = Start(_peers[..30], new LookupOptions(Required: 20, Concurrency: 10, Paths: 5, Resiliency: 3));
        while (lookup.TryNext(out var peer)) lookup.Answered(peer, []);

        Assert.True(lookup.IsFinished);
        Assert.Equal(_peers[..20], lookup.Closest(20));
    }

    [Fact]
    public void Hops_are_counted_from_the_routing_table_to_the_closest_peer()
    {
        var lookup = Start(_peers[90..91], new LookupOptions(Required: 20, Concurrency: 1));
        Assert.Equal(0, lookup.Hops);
        for (var i = 9; i > 0; i--)
        {
            Assert.True(lookup.TryNext(out var peer));
            lookup.Answered(peer, [_peers[(i - 1) * 10]]);
        }

        Assert.Equal(9, lookup.Hops);
    }

    [Fact]
    public void Of_addresses_no_more_are_kept_than_of_peers_that_may_still_be_asked()
    {
        var options = new LookupOptions(Required: 20, Concurrency: 100, MaxCandidates: 10);
        var lookup = Start(_peers[99..], options);
        var heard = new HeardAddresses(lookup, options.MaxCandidates);
        TakeAll(lookup);
        for (var i = 9; i >= 0; i--)
        {
            foreach (var peer in _peers[(i * 9)..((i * 9) + 9)]) heard.Add(peer, [Some.Address($"/ip4/192.0.2.1/tcp/{i + 1}")]);
            lookup.Answered(i == 9 ? _peers[99] : _peers[98], i == 9 ? _peers[..90] : []);
            heard.Trim();
            Assert.InRange(heard.Count, 0, options.MaxCandidates);
        }

        // Those that are asked still have theirs: the closest, of whom the look-up has kept nine beside the one that answered.
        var asked = TakeAll(lookup);
        Assert.Equal(_peers[..9], asked);
        Assert.All(asked, peer => Assert.Single(heard.Take(peer)));
        Assert.All(asked, peer => Assert.Empty(heard.Take(peer)));
    }

    private static List<PeerId> TakeAll(Lookup lookup)
    {
        var taken = new List<PeerId>();
        while (lookup.TryNext(out var peer)) taken.Add(peer);
        return taken;
    }

    private Lookup Start(PeerId[] seeds, LookupOptions options) => new(KademliaKey.Of(Key), _self, seeds, options);
}
