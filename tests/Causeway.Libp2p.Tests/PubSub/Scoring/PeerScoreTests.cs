using System.Collections.Immutable;
using System.Net;
using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Libp2p.PubSub.Scoring;
using Causeway.Libp2p.Tests.PubSub.Routing;

namespace Causeway.Libp2p.Tests.PubSub.Scoring;

/// <summary>Each parameter of the score function (gossipsub 1.1), alone.</summary>
public sealed class PeerScoreTests
{
    private const string Topic = "news";

    private static readonly TopicScoreParameters Nothing = new()
    {
        TimeInMeshWeight = 0,
        FirstMessageDeliveriesWeight = 0,
        InvalidMessageDeliveriesWeight = 0,
    };

    private static readonly PeerScoreParameters Neutral = new()
    {
        OtherTopics = null,
        TopicScoreCap = 0,
        BehaviourPenaltyWeight = 0,
        BehaviourPenaltyThreshold = 0,
    };

    private static RouterHarness Create(TopicScoreParameters topic, PeerScoreParameters? all = null)
    {
        var scoring = (all ?? Neutral) with { Topics = ImmutableDictionary<string, TopicScoreParameters>.Empty.Add(Topic, topic) };
        var harness = new RouterHarness(new GossipSubOptions { Scoring = scoring, OpportunisticGraftTicks = 1_000_000 });
        harness.Router.Join(Topic);
        return harness;
    }

    private static byte[] Message(ulong sequence) => TestMessages.Encode(TestPeers.Id(500), Topic, sequence);

    [Fact]
    public void P1_grows_with_the_time_in_the_mesh_up_to_its_cap()
    {
        var harness = Create(Nothing with { TopicWeight = 0.5, TimeInMeshWeight = 2, TimeInMeshQuantum = TimeSpan.FromSeconds(2), TimeInMeshCap = 10 });
        var peer = harness.AddPeer(Topic);
        harness.Heartbeat(7);
        Assert.Equal(0.5 * 2 * 3, harness.Router.ScoreOf(peer));
        harness.Heartbeat(100);
        Assert.Equal(0.5 * 2 * 10, harness.Router.ScoreOf(peer));
        harness.Receive(peer, rpc => rpc.AddPrune(Topic, 60, null));
        Assert.Equal(0, harness.Router.ScoreOf(peer));
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1001)]
    [InlineData(1099)]
    public void P1_of_a_peer_grafted_just_before_a_heartbeat_is_not_negative(int milliseconds)
    {
        // As in the service: heartbeats come a while after the ends of decay intervals.
        var harness = new RouterHarness();
        harness.Router.Join(Topic);
        harness.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        var peer = harness.AddPeer(Topic);
        harness.Clock.Advance(TimeSpan.FromMilliseconds(1100 - milliseconds));
        harness.Router.Heartbeat();
        Assert.True(harness.Router.ScoreOf(peer) >= 0);
        Assert.Contains(peer, harness.Router.MeshOf(Topic));
        Assert.Empty(harness.PrunesTo(peer));
    }

    [Fact]
    public void P2_counts_first_deliveries_up_to_its_cap_and_decays()
    {
        var harness = Create(Nothing with { FirstMessageDeliveriesWeight = 3, FirstMessageDeliveriesCap = 4, FirstMessageDeliveriesDecay = 0.5 });
        var (first, second) = (harness.AddPeer(Topic), harness.AddPeer(Topic));
        for (var i = 0ul; i < 3; i++) harness.Receive(first, Message(i));
        for (var i = 0ul; i < 3; i++) harness.Receive(second, Message(i));
        Assert.Equal(9, harness.Router.ScoreOf(first));
        Assert.Equal(0, harness.Router.ScoreOf(second));
        for (var i = 10ul; i < 20; i++) harness.Receive(first, Message(i));
        Assert.Equal(12, harness.Router.ScoreOf(first));
        harness.Heartbeat();
        Assert.Equal(6, harness.Router.ScoreOf(first));
        harness.Heartbeat(20);
        Assert.Equal(0, harness.Router.ScoreOf(first));
    }

    private static TopicScoreParameters MeshDeliveries => Nothing with
    {
        MeshMessageDeliveriesWeight = -1,
        MeshMessageDeliveriesThreshold = 10,
        MeshMessageDeliveriesCap = 20,
        MeshMessageDeliveriesDecay = 0.999999,
        MeshMessageDeliveriesActivation = TimeSpan.FromSeconds(5),
        MeshMessageDeliveriesWindow = TimeSpan.FromMilliseconds(10),
    };

    [Fact]
    public void P3_punishes_a_mesh_peer_that_delivers_too_little_once_it_has_been_there_a_while()
    {
        var harness = Create(MeshDeliveries);
        var peer = harness.AddPeer(Topic);
        harness.Heartbeat(4);
        Assert.Equal(0, harness.Router.ScoreOf(peer));
        for (var i = 0ul; i < 7; i++) harness.Receive(peer, Message(i));
        harness.Heartbeat(2);
        Assert.Empty(harness.Router.MeshOf(Topic));
    }

    [Fact]
    public void P3_is_the_squared_deficit()
    {
        var stats = new TopicStats(MeshDeliveries with { TopicWeight = 2, MeshMessageDeliveriesWeight = -3 });
        stats.Graft(TimeSpan.Zero);
        for (var i = 0; i < 7; i++) stats.DeliverFirst();
        stats.Decay(TimeSpan.FromSeconds(5), 0.01);
        Assert.Equal(0, stats.Score());
        stats.Decay(TimeSpan.FromSeconds(6), 0.01);
        Assert.Equal(2 * -3 * 9, stats.Score(), 0.01);
        for (var i = 0; i < 50; i++) stats.DeliverInMesh();
        Assert.Equal(0, stats.Score());
        Assert.Equal(20, stats.MeshDeliveries);
    }

    [Fact]
    public void P3_counts_copies_that_come_during_validation_or_shortly_after_but_not_later()
    {
        var harness = Create(MeshDeliveries with { MeshMessageDeliveriesThreshold = 2.5, MeshMessageDeliveriesCap = 3 });
        var peers = harness.AddPeers(4, Topic);
        harness.Verdict = null;
        for (var i = 0ul; i < 3; i++)
        {
            harness.Receive(peers[0], Message(i));
            harness.Receive(peers[1], Message(i));
            harness.Router.Complete(harness.ToValidate[^1], Verdict.Accept);
            harness.Clock.Advance(TimeSpan.FromMilliseconds(5));
            harness.Receive(peers[2], Message(i));
            harness.Receive(peers[2], Message(i));
            harness.Clock.Advance(TimeSpan.FromMilliseconds(50));
            harness.Receive(peers[3], Message(i));
        }

        harness.Heartbeat(6);
        Assert.Equal(peers[..3].ToHashSet(), harness.Router.MeshOf(Topic).ToHashSet());
    }

    [Fact]
    public void P3b_remembers_the_deficit_with_which_a_peer_was_pruned()
    {
        var harness = Create(MeshDeliveries with { MeshFailurePenaltyWeight = -2, MeshFailurePenaltyDecay = 0.5 });
        var peer = harness.AddPeer(Topic);
        for (var i = 0ul; i < 7; i++) harness.Receive(peer, Message(i));
        harness.Heartbeat(6);
        Assert.Empty(harness.Router.MeshOf(Topic));
        Assert.Equal(-2 * 9, harness.Router.ScoreOf(peer), 0.01);
        harness.Heartbeat();
        Assert.Equal(-9, harness.Router.ScoreOf(peer), 0.01);
    }

    [Fact]
    public void P4_is_the_square_of_invalid_messages_and_decays()
    {
        var harness = Create(Nothing with { InvalidMessageDeliveriesWeight = -3, InvalidMessageDeliveriesDecay = 0.5 });
        var peers = harness.AddPeers(2, Topic);
        harness.Verdict = Verdict.Forged;
        for (var i = 0ul; i < 4; i++) harness.Receive(peers[0], Message(i));
        Assert.Equal(-48, harness.Router.ScoreOf(peers[0]));
        Assert.Equal(0, harness.Router.ScoreOf(peers[1]));
        harness.Heartbeat();
        Assert.Equal(-12, harness.Router.ScoreOf(peers[0]));
    }

    [Fact]
    public void P4_hits_everyone_who_brings_a_message_that_was_rejected()
    {
        var harness = Create(Nothing with { InvalidMessageDeliveriesWeight = -1 });
        var peers = harness.AddPeers(3, Topic);
        harness.Verdict = null;
        harness.Receive(peers[0], Message(1));
        harness.Receive(peers[1], Message(1));
        harness.Router.Complete(harness.ToValidate.Single(), Verdict.Reject);
        harness.Receive(peers[2], Message(1));
        Assert.All(peers, p => Assert.Equal(-1, harness.Router.ScoreOf(p)));
    }

    [Fact]
    public void P5_is_the_applications_own_score()
    {
        var harness = Create(Nothing, Neutral with { AppSpecificScore = p => p.Equals(TestPeers.Id(3)) ? -4 : 1, AppSpecificWeight = 2 });
        Assert.Equal(2, harness.Router.ScoreOf(harness.AddPeer(Topic)));
        Assert.Equal(-8, harness.Router.ScoreOf(harness.AddPeer(Topic, id: TestPeers.Id(3))));
    }

    [Fact]
    public void P6_punishes_peers_that_share_an_address_beyond_the_threshold()
    {
        var harness = Create(Nothing, Neutral with { IPColocationFactorWeight = -1, IPColocationFactorThreshold = 2 });
        var peers = Enumerable.Range(0, 5).Select(_ => harness.AddPeer(address: "192.0.2.7")).ToArray();
        var elsewhere = harness.AddPeer(address: "192.0.2.8");
        Assert.All(peers, p => Assert.Equal(-9, harness.Router.ScoreOf(p)));
        Assert.Equal(0, harness.Router.ScoreOf(elsewhere));
    }

    [Fact]
    public void P6_counts_an_IPv6_network_as_one_place_and_leaves_out_loopback_and_exempt_networks()
    {
        var harness = Create(Nothing, Neutral with
        {
            IPColocationFactorWeight = -1,
            IPColocationFactorThreshold = 1,
            IPColocationFactorExempt = [IPNetwork.Parse("10.0.0.0/8")],
        });
        var six = Enumerable.Range(1, 3).Select(i => harness.AddPeer(address: $"2001:db8::{i}")).ToArray();
        var loopback = Enumerable.Range(1, 3).Select(_ => harness.AddPeer(address: "127.0.0.1")).ToArray();
        var exempt = Enumerable.Range(1, 3).Select(_ => harness.AddPeer(address: "10.1.2.3")).ToArray();
        Assert.All(six, p => Assert.Equal(-4, harness.Router.ScoreOf(p)));
        Assert.All([.. loopback, .. exempt], p => Assert.Equal(0, harness.Router.ScoreOf(p)));
    }

    [Fact]
    public void P7_punishes_early_grafts_twice_when_they_flood()
    {
        var harness = Create(Nothing, Neutral with { BehaviourPenaltyWeight = -1, BehaviourPenaltyDecay = 0.999999 });
        var peer = harness.AddPeer(Topic);
        harness.Receive(peer, rpc => rpc.AddPrune(Topic, 60, null));
        harness.Graft(peer, Topic);
        Assert.Equal(-4, harness.Router.ScoreOf(peer));
        harness.Heartbeat(30);
        harness.Graft(peer, Topic);
        Assert.Equal(-9, harness.Router.ScoreOf(peer), 0.01);
    }

    [Fact]
    public void P7_punishes_broken_promises_and_spares_kept_ones()
    {
        var harness = Create(Nothing, Neutral with { BehaviourPenaltyWeight = -1, BehaviourPenaltyDecay = 0.999999 });
        var (liar, honest) = (harness.AddPeer(Topic), harness.AddPeer(Topic));
        harness.Receive(liar, rpc => rpc.AddIHave(Topic, [TestMessages.GoId(TestPeers.Id(500), 1)]));
        harness.Receive(honest, rpc => rpc.AddIHave(Topic, [TestMessages.GoId(TestPeers.Id(500), 2)]));
        harness.Receive(honest, Message(2));
        harness.Heartbeat(4);
        Assert.Equal(-1, harness.Router.ScoreOf(liar), 0.01);
        Assert.Equal(0, harness.Router.ScoreOf(honest));
    }

    [Fact]
    public void A_promise_is_not_kept_by_a_forgery()
    {
        var harness = Create(Nothing, Neutral with { BehaviourPenaltyWeight = -1, BehaviourPenaltyDecay = 0.999999 });
        var liar = harness.AddPeer(Topic);
        harness.Receive(liar, rpc => rpc.AddIHave(Topic, [TestMessages.GoId(TestPeers.Id(500), 1)]));
        harness.Verdict = Verdict.Forged;
        harness.Receive(liar, Message(1));
        harness.Heartbeat(4);
        Assert.Equal(-1, harness.Router.ScoreOf(liar), 0.01);
    }

    [Fact]
    public void P7_tolerates_up_to_its_threshold()
    {
        var harness = Create(Nothing, Neutral with { BehaviourPenaltyWeight = -1, BehaviourPenaltyThreshold = 3 });
        var peer = harness.AddPeer();
        for (var i = 0; i < 3; i++) harness.Router.PenalizeMalformed(peer.Id);
        Assert.Equal(0, harness.Router.ScoreOf(peer));
        harness.Router.PenalizeMalformed(peer.Id);
        Assert.Equal(-1, harness.Router.ScoreOf(peer));
    }

    [Fact]
    public void All_topics_together_add_no_more_than_the_cap()
    {
        var harness = Create(
            Nothing with { FirstMessageDeliveriesWeight = 10 }, Neutral with { TopicScoreCap = 25, AppSpecificScore = _ => 1, AppSpecificWeight = 2 });
        var peer = harness.AddPeer(Topic);
        for (var i = 0ul; i < 9; i++) harness.Receive(peer, Message(i));
        Assert.Equal(27, harness.Router.ScoreOf(peer));
    }

    [Fact]
    public void A_bad_score_outlives_the_connection_and_a_good_one_does_not()
    {
        var harness = Create(Nothing with { FirstMessageDeliveriesWeight = 1, InvalidMessageDeliveriesWeight = -1 });
        var (bad, good) = (harness.AddPeer(Topic), harness.AddPeer(Topic));
        harness.Receive(good, Message(1));
        harness.Verdict = Verdict.Forged;
        harness.Receive(bad, Message(2));
        harness.Router.RemovePeer(bad.Id);
        harness.Router.RemovePeer(good.Id);
        harness.Heartbeat(10);
        Assert.Equal(-1, harness.Router.ScoreOf(harness.AddPeer(Topic, id: bad.Id)));
        Assert.Equal(0, harness.Router.ScoreOf(harness.AddPeer(Topic, id: good.Id)));
    }

    [Fact]
    public void A_bad_score_is_forgotten_after_the_retention_time_and_memory_is_bounded()
    {
        var harness = Create(Nothing with { InvalidMessageDeliveriesWeight = -1 }, Neutral with { RetainScore = TimeSpan.FromSeconds(30), MaxRetained = 5 });
        harness.Verdict = Verdict.Forged;
        var peers = harness.AddPeers(8, Topic);
        foreach (var peer in peers)
        {
            harness.Receive(peer, Message((ulong)peer.Id.GetHashCode()));
            harness.Router.RemovePeer(peer.Id);
        }

        Assert.Equal(0, harness.Router.ScoreOf(harness.AddPeer(id: peers[0].Id)));
        Assert.Equal(-1, harness.Router.ScoreOf(harness.AddPeer(id: peers[7].Id)));
        harness.Heartbeat(31);
        Assert.Equal(0, harness.Router.ScoreOf(harness.AddPeer(id: peers[6].Id)));
    }

    [Fact]
    public void Without_parameters_nothing_is_scored()
    {
        var harness = new RouterHarness(new GossipSubOptions { Scoring = null });
        harness.Router.Join(Topic);
        var peer = harness.AddPeer(Topic);
        harness.Verdict = Verdict.Forged;
        for (var i = 0ul; i < 100; i++) harness.Receive(peer, Message(i));
        harness.Heartbeat();
        Assert.Equal(0, harness.Router.ScoreOf(peer));
        Assert.Contains(peer, harness.Router.MeshOf(Topic));
    }
}
