using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Libp2p.PubSub.Wire;

namespace Causeway.Libp2p.Tests.PubSub.Routing;

public sealed class ForwardingTests
{
    private const string Topic = "news";

    private readonly RouterHarness _harness = new();

    private GossipRouter Router => _harness.Router;

    [Fact]
    public void A_message_is_delivered_once_and_forwarded_to_the_mesh_but_not_back()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(4, Topic);
        var message = TestMessages.Encode(TestPeers.Id(500), Topic, 1);
        foreach (var peer in peers) _harness.Receive(peer, message);
        Assert.Single(_harness.Delivered);
        Assert.Empty(_harness.MessagesTo(peers[0]));
        Assert.All(peers[1..], p => Assert.Equal(message, Assert.Single(_harness.MessagesTo(p)).Raw.ToArray()));
    }

    [Fact]
    public void A_message_never_goes_to_its_author()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(3, Topic);
        _harness.Receive(peers[0], TestMessages.Encode(peers[1].Id, Topic, 1));
        Assert.Empty(_harness.MessagesTo(peers[1]));
        Assert.Single(_harness.MessagesTo(peers[2]));
    }

    [Fact]
    public void A_frame_that_holds_one_message_is_forwarded_as_it_came()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(2, Topic);
        var frame = TestMessages.Frame(2, TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        Router.Receive(peers[0].Id, TestMessages.Decode(frame));
        var sent = _harness.Sent.Single(s => s.Peer == peers[1] && s.Rpc.Messages is not null);
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(sent.Frame.Bytes, out var segment));
        Assert.Same(frame, segment.Array);
    }

    [Fact]
    public void Messages_of_topics_that_nobody_subscribed_to_are_dropped()
    {
        var peer = _harness.AddPeer(Topic);
        _harness.Receive(peer, TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        Assert.Empty(_harness.ToValidate);
        Assert.Equal(0, Router.SeenCount);
    }

    [Fact]
    public void Peers_that_bring_the_same_bytes_during_validation_share_one_verdict_and_get_no_copy()
    {
        _harness.Verdict = null;
        Router.Join(Topic);
        var peers = _harness.AddPeers(3, Topic);
        var message = TestMessages.Encode(TestPeers.Id(500), Topic, 1);
        _harness.Receive(peers[0], message);
        _harness.Receive(peers[1], message);
        Router.Complete(Assert.Single(_harness.ToValidate), Verdict.Accept);
        Assert.Single(_harness.Delivered);
        Assert.Empty(_harness.MessagesTo(peers[1]));
        Assert.Single(_harness.MessagesTo(peers[2]));
    }

    [Fact]
    public void A_forged_copy_does_not_keep_the_true_message_out()
    {
        _harness.Verdict = null;
        Router.Join(Topic);
        var peers = _harness.AddPeers(2, Topic);
        _harness.Receive(peers[0], TestMessages.Encode(TestPeers.Id(500), Topic, 1, signature: 1));
        _harness.Receive(peers[1], TestMessages.Encode(TestPeers.Id(500), Topic, 1, signature: 2));
        Assert.Equal(2, _harness.ToValidate.Count);
        Router.Complete(_harness.ToValidate[0], Verdict.Forged);
        Router.Complete(_harness.ToValidate[1], Verdict.Accept);
        Assert.Single(_harness.Delivered);
        Assert.True(Router.ScoreOf(peers[0]) < 0);
        Assert.True(Router.ScoreOf(peers[1]) > 0);
    }

    [Fact]
    public void A_forgery_leaves_no_trace_under_the_id_it_stole()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(2, Topic);
        _harness.Verdict = Verdict.Forged;
        _harness.Receive(peers[0], TestMessages.Encode(TestPeers.Id(500), Topic, 1, signature: 1));
        Assert.Equal(0, Router.SeenCount);
        _harness.Verdict = Verdict.Accept;
        _harness.Receive(peers[1], TestMessages.Encode(TestPeers.Id(500), Topic, 1, signature: 2));
        Assert.Single(_harness.Delivered);
    }

    [Fact]
    public void Copies_with_different_bytes_under_one_id_are_limited()
    {
        _harness.Verdict = null;
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        for (byte i = 0; i < 20; i++) _harness.Receive(peer, TestMessages.Encode(TestPeers.Id(500), Topic, 1, signature: i));
        Assert.Equal(4, _harness.ToValidate.Count);
    }

    [Fact]
    public void An_author_that_signs_two_messages_with_one_number_is_heard_once()
    {
        _harness.Verdict = null;
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Receive(peer, TestMessages.Encode(TestPeers.Id(500), Topic, 1, size: 1));
        _harness.Receive(peer, TestMessages.Encode(TestPeers.Id(500), Topic, 1, size: 2));
        foreach (var copy in _harness.ToValidate.ToArray()) Router.Complete(copy, Verdict.Accept);
        Assert.Single(_harness.Delivered);
    }

    [Fact]
    public void A_replayed_message_is_a_duplicate_while_it_is_remembered()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        var message = TestMessages.Encode(TestPeers.Id(500), Topic, 1);
        _harness.Receive(peer, message);
        _harness.Heartbeat(119);
        _harness.Receive(peer, message);
        Assert.Single(_harness.Delivered);
        _harness.Heartbeat(2);
        Assert.Equal(0, Router.SeenCount);
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var harness = new RouterHarness(new GossipSubOptions { SeenCapacity = 100 });
        harness.Router.Join(Topic);
        var peer = harness.AddPeer(Topic);
        for (var i = 0ul; i < 1000; i++) harness.Receive(peer, TestMessages.Encode(TestPeers.Id(500), Topic, i));
        Assert.Equal(100, harness.Router.SeenCount);
    }

    [Fact]
    public void Ignored_and_rejected_messages_are_neither_delivered_nor_forwarded()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(2, Topic);
        _harness.Verdict = Verdict.Ignore;
        _harness.Receive(peers[0], TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        Assert.True(Router.ScoreOf(peers[0]) >= 0);
        _harness.Verdict = Verdict.Reject;
        _harness.Receive(peers[0], TestMessages.Encode(TestPeers.Id(500), Topic, 2));
        Assert.True(Router.ScoreOf(peers[0]) < 0);
        Assert.Empty(_harness.Delivered);
        Assert.Empty(_harness.MessagesTo(peers[1]));
    }

    [Fact]
    public void A_message_that_found_no_room_for_validation_may_come_again()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        var message = TestMessages.Encode(TestPeers.Id(500), Topic, 1);
        _harness.Verdict = Verdict.Unchecked;
        _harness.Receive(peer, message);
        _harness.Verdict = Verdict.Accept;
        _harness.Receive(peer, message);
        Assert.Single(_harness.Delivered);
    }

    [Fact]
    public void A_message_without_an_author_or_number_is_invalid()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Receive(peer, [(4 << 3) | 2, 4, .. "news"u8]);
        Assert.Empty(_harness.ToValidate);
        Assert.True(Router.ScoreOf(peer) < 0);
    }

    [Fact]
    public void A_message_in_our_name_that_we_did_not_sign_is_invalid()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        var own = _harness.Publish(Topic, sequence: 5);
        _harness.Receive(peer, own.Raw.ToArray());
        Assert.True(Router.ScoreOf(peer) >= 0);
        _harness.Verdict = Verdict.Forged;
        _harness.Receive(peer, TestMessages.Encode(RouterHarness.Self, Topic, 6));
        Assert.True(Router.ScoreOf(peer) < 0);
        Assert.Single(_harness.Delivered);
    }

    [Fact]
    public void Our_own_message_from_before_a_restart_is_no_news_and_nobodys_fault()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(2, Topic);
        var message = TestMessages.Encode(RouterHarness.Self, Topic, 6);
        foreach (var peer in peers) _harness.Receive(peer, message);
        Assert.Empty(_harness.Delivered);
        Assert.All(peers, p => Assert.Empty(_harness.MessagesTo(p)));
        Assert.All(peers, p => Assert.True(Router.ScoreOf(p) >= 0));
    }

    [Fact]
    public void FloodSub_peers_get_every_message_and_no_control()
    {
        Router.Join(Topic);
        var flood = _harness.AddPeer(Topic, PeerVersion.FloodSub);
        var peers = _harness.AddPeers(10, Topic);
        _harness.Receive(peers[0], TestMessages.Encode(TestPeers.Id(500), Topic, 1, size: 5000));
        _harness.Publish(Topic);
        _harness.Heartbeat(3);
        Assert.Equal(2, _harness.MessagesTo(flood).Count());
        Assert.DoesNotContain(_harness.SentTo(flood), r => r.Control is not null);
    }

    [Fact]
    public void Control_messages_of_FloodSub_peers_are_ignored()
    {
        Router.Join(Topic);
        var flood = _harness.AddPeer(Topic, PeerVersion.FloodSub);
        _harness.Graft(flood, Topic);
        Assert.Empty(Router.MeshOf(Topic));
        Assert.Empty(_harness.PrunesTo(flood));
    }

    [Fact]
    public void Explicit_peers_get_every_message_stay_out_of_the_mesh_and_are_always_heard()
    {
        var id = TestPeers.Id(42);
        var harness = new RouterHarness(new GossipSubOptions { ExplicitPeers = [id], FloodPublish = false });
        harness.Router.Join(Topic);
        harness.Heartbeat();
        Assert.Equal([id], harness.Connections.Select(c => c.Peer));
        var friend = harness.AddPeer(Topic, id: id);
        var other = harness.AddPeer(Topic);
        harness.Graft(friend, Topic);
        Assert.Equal([other], harness.Router.MeshOf(Topic));
        Assert.Single(harness.PrunesTo(friend));

        harness.Verdict = Verdict.Reject;
        for (var i = 0ul; i < 50; i++) harness.Receive(friend, TestMessages.Encode(TestPeers.Id(500), Topic, i));
        harness.Verdict = Verdict.Accept;
        harness.Receive(friend, TestMessages.Encode(TestPeers.Id(500), Topic, 99));
        Assert.Single(harness.Delivered);
        harness.Receive(other, TestMessages.Encode(TestPeers.Id(500), Topic, 100));
        Assert.Single(harness.MessagesTo(friend));
    }

    [Fact]
    public void A_message_of_another_peer_that_is_queued_ranks_behind_our_own()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(2, Topic);
        _harness.Receive(peers[0], TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        _harness.Publish(Topic);
        Assert.Equal(
            [FramePriority.Forward, FramePriority.Own],
            _harness.Sent.Where(s => s.Peer == peers[1] && s.Rpc.Messages is not null).Select(s => s.Priority));
    }
}
