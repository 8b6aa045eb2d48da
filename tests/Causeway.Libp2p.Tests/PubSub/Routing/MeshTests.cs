using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Routing;

namespace Causeway.Libp2p.Tests.PubSub.Routing;

public sealed class MeshTests
{
    private const string Topic = "news";

    private readonly RouterHarness _harness = new();

    private GossipRouter Router => _harness.Router;

    [Fact]
    public void Joining_a_topic_grafts_D_peers_at_once()
    {
        var peers = _harness.AddPeers(20, Topic);
        Router.Join(Topic);
        Assert.Equal(6, Router.MeshOf(Topic).Count);
        Assert.Equal(6, peers.Count(p => _harness.GraftsTo(p).Contains(Topic)));
        Assert.All(peers, p => Assert.Contains(_harness.SentTo(p), r => r.Subscriptions?.Contains(new(Topic, true)) == true));
    }

    [Fact]
    public void A_new_peer_is_told_all_our_subscriptions()
    {
        Router.Join("a");
        Router.Join("b");
        var peer = _harness.AddPeer();
        Assert.Equal(["a", "b"], _harness.SentTo(peer).SelectMany(r => r.Subscriptions!).Select(s => s.Topic).Order());
    }

    [Fact]
    public void A_mesh_below_its_low_mark_takes_a_new_subscriber_at_once()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(8, Topic);
        Assert.Equal(5, peers.Count(p => _harness.GraftsTo(p).Any()));
    }

    [Fact]
    public void The_heartbeat_fills_a_mesh_up_to_D()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(30, Topic);
        foreach (var peer in Router.MeshOf(Topic).Take(2).ToArray()) Router.RemovePeer(peer.Id);
        Assert.Equal(3, Router.MeshOf(Topic).Count);
        _harness.Heartbeat();
        Assert.Equal(6, Router.MeshOf(Topic).Count);
        Assert.All(Router.MeshOf(Topic), p => Assert.Contains(p, peers));
    }

    [Fact]
    public void The_heartbeat_prunes_a_mesh_above_D_hi_down_to_D()
    {
        Router.Join(Topic);
        foreach (var peer in _harness.AddPeers(12, Topic)) _harness.Graft(peer, Topic);
        Assert.Equal(12, Router.MeshOf(Topic).Count);
        _harness.Heartbeat();
        Assert.Equal(6, Router.MeshOf(Topic).Count);
        Assert.Equal(6, Router.Peers.Count(p => _harness.PrunesTo(p).Any(prune => prune is { Topic: Topic, BackoffSeconds: 60 })));
    }

    [Fact]
    public void A_full_mesh_refuses_inbound_grafts_but_takes_peers_we_dialed()
    {
        Router.Join(Topic);
        foreach (var peer in _harness.AddPeers(12, Topic)) _harness.Graft(peer, Topic);
        var inbound = _harness.AddPeer(Topic);
        var outbound = _harness.AddPeer(Topic, outbound: true);
        _harness.Graft(inbound, Topic);
        _harness.Graft(outbound, Topic);
        Assert.DoesNotContain(inbound, Router.MeshOf(Topic));
        Assert.Single(_harness.PrunesTo(inbound));
        Assert.Contains(outbound, Router.MeshOf(Topic));
    }

    [Fact]
    public void Pruning_a_surplus_keeps_D_out_peers_that_we_dialed()
    {
        for (var seed = 1ul; seed <= 50; seed++)
        {
            var harness = new RouterHarness(seed: seed);
            harness.Router.Join(Topic);
            foreach (var peer in harness.AddPeers(11, Topic)) harness.Graft(peer, Topic);
            foreach (var peer in harness.AddPeers(2, Topic, outbound: true)) harness.Graft(peer, Topic);
            harness.Heartbeat();
            Assert.Equal(6, harness.Router.MeshOf(Topic).Count);
            Assert.Equal(2, harness.Router.MeshOf(Topic).Count(p => p.IsOutbound));
        }
    }

    [Fact]
    public void A_mesh_without_enough_outbound_peers_grafts_some()
    {
        Router.Join(Topic);
        foreach (var peer in _harness.AddPeers(6, Topic)) _harness.Graft(peer, Topic);
        _harness.AddPeers(4, Topic, outbound: true);
        _harness.Heartbeat();
        Assert.Equal(2, Router.MeshOf(Topic).Count(p => p.IsOutbound));
        Assert.Equal(8, Router.MeshOf(Topic).Count);
    }

    [Fact]
    public void A_graft_for_an_unknown_topic_goes_unanswered()
    {
        var peer = _harness.AddPeer();
        _harness.Graft(peer, "elsewhere");
        Assert.Empty(_harness.Sent);
        Assert.Equal(0, Router.TopicCount);
    }

    [Fact]
    public void A_graft_twice_is_a_graft_once()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Graft(peer, Topic);
        _harness.Graft(peer, Topic);
        Assert.Single(Router.MeshOf(Topic));
        Assert.Empty(_harness.PrunesTo(peer));
    }

    [Fact]
    public void A_prune_takes_the_peer_out_and_is_heeded_for_its_backoff()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Receive(peer, rpc => rpc.AddPrune(Topic, 20, null));
        Assert.Empty(Router.MeshOf(Topic));
        _harness.Sent.Clear();
        _harness.Heartbeat(21);
        Assert.Empty(_harness.GraftsTo(peer));
        _harness.Heartbeat(3);
        Assert.Contains(Topic, _harness.GraftsTo(peer));
    }

    [Fact]
    public void A_prune_without_a_backoff_means_ours()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic, PeerVersion.GossipSub10);
        _harness.Receive(peer, rpc => rpc.AddPrune(Topic, null, null));
        _harness.Sent.Clear();
        _harness.Heartbeat(60);
        Assert.Empty(_harness.GraftsTo(peer));
        _harness.Heartbeat(5);
        Assert.Contains(Topic, _harness.GraftsTo(peer));
    }

    [Fact]
    public void A_backoff_beyond_reason_is_cut()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Receive(peer, rpc => rpc.AddPrune(Topic, ulong.MaxValue, null));
        _harness.Sent.Clear();
        _harness.Clock.Advance(TimeSpan.FromHours(1));
        _harness.Heartbeat(4);
        Assert.Contains(Topic, _harness.GraftsTo(peer));
    }

    [Fact]
    public void A_graft_during_backoff_is_refused_and_the_backoff_starts_anew()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Receive(peer, rpc => rpc.AddPrune(Topic, 60, null));
        _harness.Heartbeat(30);
        _harness.Graft(peer, Topic);
        Assert.Empty(Router.MeshOf(Topic));
        Assert.Single(_harness.PrunesTo(peer));
        _harness.Heartbeat(40);
        _harness.Graft(peer, Topic);
        Assert.Empty(Router.MeshOf(Topic));
    }

    [Fact]
    public void A_backoff_outlives_the_connection()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(12, Topic);
        foreach (var each in peers) _harness.Graft(each, Topic);
        _harness.Heartbeat();
        var peer = peers.First(p => _harness.PrunesTo(p).Any());
        foreach (var each in peers) Router.RemovePeer(each.Id);
        var again = _harness.AddPeer(Topic, id: peer.Id);
        Assert.Empty(_harness.GraftsTo(again));
        _harness.Graft(again, Topic);
        Assert.Empty(Router.MeshOf(Topic));
    }

    [Fact]
    public void A_peer_that_pruned_us_before_it_went_may_graft_us_when_it_comes_again()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Receive(peer, rpc => rpc.AddPrune(Topic, 10, null));
        Router.RemovePeer(peer.Id);
        var again = _harness.AddPeer(Topic, id: peer.Id);
        Assert.Empty(_harness.GraftsTo(again));
        _harness.Graft(again, Topic);
        Assert.Same(again, Assert.Single(Router.MeshOf(Topic)));
        Assert.Empty(_harness.PrunesTo(again));
        Assert.Equal(0, Router.ScoreOf(again));
    }

    [Fact]
    public void A_peer_that_goes_on_with_another_stream_may_graft_although_it_pruned_us_on_the_first()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Receive(peer, rpc => rpc.AddPrune(Topic, 10, null));
        Router.KeepTopics(peer, [new(Topic, true)]);
        _harness.Graft(peer, Topic);
        Assert.Same(peer, Assert.Single(Router.MeshOf(Topic)));
    }

    [Fact]
    public void A_peer_that_we_pruned_cannot_get_rid_of_that_by_a_prune_of_its_own()
    {
        Router.Join(Topic);
        foreach (var each in _harness.AddPeers(12, Topic)) _harness.Graft(each, Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Graft(peer, Topic);
        _harness.Receive(peer, rpc => rpc.AddPrune(Topic, 1, null));
        foreach (var each in Router.Peers.ToArray()) Router.RemovePeer(each.Id);
        var again = _harness.AddPeer(Topic, id: peer.Id);
        _harness.Graft(again, Topic);
        Assert.Empty(Router.MeshOf(Topic));
    }

    [Fact]
    public void Leaving_prunes_the_mesh_with_the_short_backoff_and_tells_everyone()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Sent.Clear();
        Router.Leave(Topic);
        Assert.Equal(10ul, Assert.Single(_harness.PrunesTo(peer)).BackoffSeconds);
        Assert.Contains(_harness.SentTo(peer), r => r.Subscriptions?.Contains(new(Topic, false)) == true);
        Router.Join(Topic);
        Assert.Empty(Router.MeshOf(Topic));
        _harness.Heartbeat(13);
        Assert.Single(Router.MeshOf(Topic));
    }

    [Fact]
    public void A_GossipSub_1_0_peer_gets_a_bare_prune()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic, PeerVersion.GossipSub10);
        Router.Leave(Topic);
        Assert.Null(Assert.Single(_harness.PrunesTo(peer)).BackoffSeconds);
    }

    [Fact]
    public void A_peer_that_unsubscribes_or_disconnects_leaves_mesh_and_topic()
    {
        Router.Join(Topic);
        var (first, second) = (_harness.AddPeer(Topic), _harness.AddPeer(Topic));
        Router.Receive(first.Id, TestMessages.Subscribe(false, Topic));
        Router.RemovePeer(second.Id);
        Assert.Empty(Router.MeshOf(Topic));
        Assert.Empty(Router.PeersOf(Topic));
        Assert.Equal([true, true, false, false], _harness.PeerChanges.Select(c => c.Joined));
    }

    [Fact]
    public void A_graft_that_found_no_room_is_sent_with_the_next_heartbeat()
    {
        Router.Join(Topic);
        var id = TestPeers.Id(77);
        var peer = _harness.AddPeer(id: id);
        _harness.Full.Add(id);
        Router.Receive(id, TestMessages.Subscribe(true, Topic));
        Assert.Empty(_harness.GraftsTo(peer));
        _harness.Full.Clear();
        _harness.Heartbeat();
        Assert.Equal([Topic], _harness.GraftsTo(peer));
    }

    [Fact]
    public void A_prune_that_found_no_room_is_sent_with_the_next_heartbeat()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Full.Add(peer.Id);
        Router.Leave(Topic);
        _harness.Full.Clear();
        _harness.Heartbeat();
        Assert.Single(_harness.PrunesTo(peer));
    }

    [Fact]
    public void A_bootstrapper_without_a_mesh_refuses_grafts_and_offers_peers()
    {
        var harness = new RouterHarness(new GossipSubOptions
        {
            MeshDegree = 0,
            MeshDegreeLow = 0,
            MeshDegreeHigh = 0,
            MeshDegreeOutbound = 0,
            MeshDegreeScore = 0,
            PeerExchange = true,
        });
        harness.Router.Join(Topic);
        var peers = harness.AddPeers(5, Topic);
        harness.Graft(peers[0], Topic);
        Assert.Empty(harness.Router.MeshOf(Topic));
        Assert.Equal(4, Assert.Single(harness.PrunesTo(peers[0])).Peers!.Count);
    }

    [Fact]
    public void A_peer_cannot_make_us_remember_topics_without_end()
    {
        var peer = _harness.AddPeer();
        for (var i = 0; i < 3; i++) Router.Receive(peer.Id, TestMessages.Subscribe(true, [.. Enumerable.Range(i * 1000, 1000).Select(n => $"t{n}")]));
        Assert.Equal(1024, Router.TopicCount);
        Router.RemovePeer(peer.Id);
        Assert.Equal(0, Router.TopicCount);
    }
}
