using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Libp2p.Tests.PubSub.Routing;

namespace Causeway.Libp2p.Tests.PubSub.Scoring;

/// <summary>What a score means (gossipsub 1.1, "Score Thresholds").</summary>
public sealed class ThresholdTests
{
    private const string Topic = "news";

    private readonly Dictionary<Multiformats.PeerId, double> _scores = [];
    private readonly RouterHarness _harness;

    public ThresholdTests()
    {
        _harness = new RouterHarness(new GossipSubOptions
        {
            OpportunisticGraftTicks = 10,
            Scoring = new PeerScoreParameters { AppSpecificScore = p => _scores.GetValueOrDefault(p), AppSpecificWeight = 1, OtherTopics = null },
        });
        _harness.Router.Join(Topic);
    }

    private RoutedPeer Peer(double score)
    {
        var peer = _harness.AddPeer(Topic);
        Score(peer, score);
        return peer;
    }

    private void Score(RoutedPeer peer, double score)
    {
        _scores[peer.Id] = score;
        peer.Stats.Score = null;
    }

    [Fact]
    public void Below_zero_a_peer_is_pruned_and_its_graft_is_refused_without_a_penalty()
    {
        var peer = Peer(0);
        Assert.Contains(peer, _harness.Router.MeshOf(Topic));
        Score(peer, -1);
        _harness.Heartbeat();
        Assert.Empty(_harness.Router.MeshOf(Topic));
        Assert.Single(_harness.PrunesTo(peer));
        var other = _harness.AddPeer(id: TestPeers.Id(99));
        Score(other, -1);
        _harness.Graft(other, Topic);
        Assert.Single(_harness.PrunesTo(other));
        Assert.Empty(_harness.Router.MeshOf(Topic));
    }

    [Fact]
    public void Below_the_gossip_threshold_no_gossip_flows_either_way()
    {
        var peer = Peer(-11);
        _harness.Heartbeat();
        _harness.Publish(Topic);
        _harness.Sent.Clear();
        _harness.Heartbeat();
        Assert.Empty(_harness.IHavesTo(peer));
        _harness.Receive(peer, rpc => rpc.AddIHave(Topic, [TestMessages.GoId(TestPeers.Id(500), 1)]));
        _harness.Receive(peer, rpc => rpc.AddIWant([TestMessages.GoId(RouterHarness.Self, 1)]));
        Assert.Empty(_harness.Sent);
        Score(peer, -9);
        _harness.Receive(peer, rpc => rpc.AddIHave(Topic, [TestMessages.GoId(TestPeers.Id(500), 1)]));
        Assert.Single(_harness.IWantsTo(peer));
    }

    [Fact]
    public void Below_the_publish_threshold_our_messages_do_not_go_to_the_peer()
    {
        var (near, far) = (Peer(-49), Peer(-51));
        _harness.Publish(Topic);
        Assert.Single(_harness.MessagesTo(near));
        Assert.Empty(_harness.MessagesTo(far));
    }

    [Fact]
    public void Below_the_graylist_threshold_everything_is_ignored()
    {
        var (near, far) = (Peer(-79), Peer(-81));
        _harness.Receive(far, TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        _harness.Router.Receive(far.Id, TestMessages.Subscribe(true, "other"));
        Assert.Empty(_harness.Delivered);
        Assert.Empty(_harness.Router.PeersOf("other"));
        _harness.Receive(near, TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        Assert.Single(_harness.Delivered);
    }

    [Fact]
    public void A_mesh_with_a_low_median_is_improved_by_better_peers_now_and_then()
    {
        var mesh = Enumerable.Range(0, 5).Select(_ => Peer(1)).ToArray();
        var better = Enumerable.Range(0, 4).Select(_ => Peer(5)).ToArray();
        Peer(0.5);
        Assert.Equal(mesh.ToHashSet(), _harness.Router.MeshOf(Topic).ToHashSet());
        _harness.Heartbeat(9);
        Assert.Equal(5, _harness.Router.MeshOf(Topic).Count);
        _harness.Heartbeat();
        Assert.Equal(2, _harness.Router.MeshOf(Topic).Count(better.Contains));
        Assert.Equal(7, _harness.Router.MeshOf(Topic).Count);
    }

    [Fact]
    public void A_mesh_with_a_high_median_is_left_alone()
    {
        foreach (var _ in Enumerable.Range(0, 5)) Peer(21);
        foreach (var _ in Enumerable.Range(0, 4)) Peer(50);
        _harness.Heartbeat(20);
        Assert.Equal(5, _harness.Router.MeshOf(Topic).Count);
    }

    [Fact]
    public void A_surplus_is_pruned_so_that_the_D_score_best_peers_stay()
    {
        var peers = Enumerable.Range(0, 12).Select(i => Peer(i)).ToArray();
        foreach (var peer in peers) _harness.Graft(peer, Topic);
        _harness.Heartbeat();
        Assert.Equal(6, _harness.Router.MeshOf(Topic).Count);
        Assert.All(peers[8..], p => Assert.Contains(p, _harness.Router.MeshOf(Topic)));
    }
}
