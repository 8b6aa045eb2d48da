using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Routing;

namespace Causeway.Libp2p.Tests.PubSub.Routing;

public sealed class GossipTests
{
    private const string Topic = "news";

    private readonly RouterHarness _harness = new();

    private GossipRouter Router => _harness.Router;

    [Fact]
    public void Peers_outside_the_mesh_are_told_what_there_is_for_three_heartbeats()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(11, Topic);
        _harness.Receive(peers[0], TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        _harness.Heartbeat(6);
        var outside = peers.Except(Router.MeshOf(Topic)).ToArray();
        Assert.Equal(6, outside.Length);
        Assert.All(outside, p => Assert.Equal(3, _harness.IHavesTo(p).Count()));
        Assert.All(Router.MeshOf(Topic), p => Assert.Empty(_harness.IHavesTo(p)));
    }

    [Fact]
    public void A_peer_that_joins_the_mesh_is_told_what_it_may_have_missed()
    {
        Router.Join(Topic);
        var first = _harness.AddPeer(Topic);
        _harness.Receive(first, TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        var second = _harness.AddPeer(Topic);
        Assert.Contains(second, Router.MeshOf(Topic));
        Assert.Equal([TestMessages.GoId(TestPeers.Id(500), 1)], _harness.IHavesTo(second));
        Assert.Empty(_harness.IHavesTo(first));
    }

    [Fact]
    public void A_mesh_peer_that_missed_messages_is_gossiped_to_once()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(2, Topic);
        peers[1].HasMissed = true;
        _harness.Receive(peers[0], TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        _harness.Heartbeat(2);
        Assert.Single(_harness.IHavesTo(peers[1]));
        Assert.Empty(_harness.IHavesTo(peers[0]));
    }

    [Fact]
    public void A_peer_that_comes_back_is_neither_told_of_its_own_messages_nor_given_them()
    {
        Router.Join(Topic);
        var first = _harness.AddPeer(Topic);
        var returning = TestPeers.Id(500);
        _harness.Receive(first, TestMessages.Encode(returning, Topic, 1));
        var peer = _harness.AddPeer(Topic, id: returning);
        Assert.Contains(peer, Router.MeshOf(Topic));
        Assert.Empty(_harness.IHavesTo(peer));
        _harness.Receive(peer, rpc => rpc.AddIWant([TestMessages.GoId(returning, 1)]));
        Assert.Empty(_harness.MessagesTo(peer));
    }

    [Fact]
    public void Messages_of_our_own_from_before_a_restart_are_not_asked_for()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Receive(peer, rpc => rpc.AddIHave(Topic, [TestMessages.GoId(RouterHarness.Self, 1), TestMessages.JsId(RouterHarness.Self, 2)]));
        Assert.Empty(_harness.IWantsTo(peer));
    }

    [Fact]
    public void Gossip_goes_to_the_gossip_factors_share_of_many_peers()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(106, Topic);
        _harness.Heartbeat();
        _harness.Receive(peers[0], TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        _harness.Heartbeat();
        Assert.Equal(25, peers.Count(p => _harness.IHavesTo(p).Any()));
    }

    [Fact]
    public void An_IHAVE_for_something_new_is_answered_with_IWANT_and_for_something_known_with_nothing()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        var known = TestPeers.Id(500);
        _harness.Receive(peer, TestMessages.Encode(known, Topic, 1));
        _harness.Receive(peer, rpc => rpc.AddIHave(Topic, [TestMessages.GoId(known, 1), TestMessages.GoId(known, 2)]));
        Assert.Equal([TestMessages.GoId(known, 2)], _harness.IWantsTo(peer));
    }

    [Fact]
    public void The_javascript_form_of_an_id_is_recognised_and_answered_in_kind()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        var author = TestPeers.Id(500);
        _harness.Receive(peer, TestMessages.Encode(author, Topic, 1));
        _harness.Receive(peer, rpc => rpc.AddIHave(Topic, [TestMessages.JsId(author, 1), TestMessages.JsId(author, 2)]));
        Assert.Equal([TestMessages.JsId(author, 2)], _harness.IWantsTo(peer));

        _harness.Receive(peer, rpc => rpc.AddIWant([TestMessages.JsId(author, 1)]));
        Assert.Single(_harness.MessagesTo(peer));
    }

    [Fact]
    public void A_peer_is_gossiped_to_in_the_form_it_uses_itself()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(11, Topic);
        foreach (var peer in peers) _harness.Receive(peer, rpc => rpc.AddIDontWant([TestMessages.JsId(TestPeers.Id(9), 9)]));
        _harness.Receive(peers[0], TestMessages.Encode(TestPeers.Id(500), Topic, 1));
        _harness.Heartbeat();
        var told = peers.Where(p => _harness.IHavesTo(p).Any()).ToArray();
        Assert.NotEmpty(told);
        Assert.All(told, p => Assert.Equal(TestMessages.JsId(TestPeers.Id(500), 1), _harness.IHavesTo(p).Single()));
    }

    [Fact]
    public void IHAVE_for_topics_that_we_are_not_in_is_ignored()
    {
        var peer = _harness.AddPeer(Topic);
        _harness.Receive(peer, rpc => rpc.AddIHave(Topic, [TestMessages.GoId(TestPeers.Id(500), 1)]));
        Assert.Empty(_harness.IWantsTo(peer));
    }

    [Fact]
    public void IHAVE_spam_is_cut_by_number_of_messages_and_of_ids()
    {
        Router.Join(Topic);
        var (many, large) = (_harness.AddPeer(Topic), _harness.AddPeer(Topic));
        for (var i = 0ul; i < 20; i++) _harness.Receive(many, rpc => rpc.AddIHave(Topic, [TestMessages.GoId(TestPeers.Id(500), i)]));
        Assert.Equal(10, _harness.IWantsTo(many).Count());

        for (var round = 0; round < 3; round++)
        {
            var ids = Enumerable.Range(round * 4000, 4000).Select(i => (ReadOnlyMemory<byte>)TestMessages.GoId(TestPeers.Id(501), (ulong)i)).ToArray();
            _harness.Receive(large, rpc => rpc.AddIHave(Topic, ids));
        }

        Assert.Equal(5000, _harness.IWantsTo(large).Count());
        _harness.Heartbeat();
        _harness.Receive(many, rpc => rpc.AddIHave(Topic, [TestMessages.GoId(TestPeers.Id(502), 1)]));
        Assert.Equal(11, _harness.IWantsTo(many).Count());
    }

    [Fact]
    public void IWANT_is_answered_from_the_cache_three_times_per_peer_even_across_reconnects()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(2, Topic);
        _harness.Publish(Topic);
        _harness.Sent.Clear();
        var id = TestMessages.GoId(RouterHarness.Self, 1);
        for (var i = 0; i < 2; i++) _harness.Receive(peers[0], rpc => rpc.AddIWant([id]));
        Router.RemovePeer(peers[0].Id);
        var again = _harness.AddPeer(Topic, id: peers[0].Id);
        for (var i = 0; i < 5; i++) _harness.Receive(again, rpc => rpc.AddIWant([id]));
        Assert.Equal(3, _harness.MessagesTo(peers[0]).Count() + _harness.MessagesTo(again).Count());
    }

    [Fact]
    public void An_IWANT_flood_is_cut_and_one_request_is_answered_once()
    {
        Router.Join(Topic);
        var peer = _harness.AddPeer(Topic);
        _harness.Publish(Topic);
        _harness.Sent.Clear();
        ReadOnlyMemory<byte> id = TestMessages.GoId(RouterHarness.Self, 1);
        _harness.Receive(peer, rpc => rpc.AddIWant([.. Enumerable.Repeat(id, 4999)]));
        Assert.Single(_harness.MessagesTo(peer));
        _harness.Receive(peer, rpc => rpc.AddIWant([TestMessages.GoId(TestPeers.Id(9), 9)]));
        _harness.Receive(peer, rpc => rpc.AddIWant([id]));
        Assert.Single(_harness.MessagesTo(peer));
        _harness.Heartbeat();
        _harness.Receive(peer, rpc => rpc.AddIWant([id]));
        Assert.Equal(2, _harness.MessagesTo(peer).Count());
    }

    [Fact]
    public void The_cache_forgets_after_its_length_and_beyond_its_bytes()
    {
        var harness = new RouterHarness(new GossipSubOptions { HistoryBytes = 10_000 });
        harness.Router.Join(Topic);
        var peer = harness.AddPeer(Topic);
        for (var i = 1ul; i <= 20; i++) harness.Publish(Topic, size: 1000, sequence: i);
        Assert.Equal(9, harness.Router.CachedCount);
        harness.Sent.Clear();
        harness.Receive(peer, rpc => rpc.AddIWant([TestMessages.GoId(RouterHarness.Self, 1), TestMessages.GoId(RouterHarness.Self, 20)]));
        Assert.Equal(20ul, Assert.Single(harness.MessagesTo(peer)).Sequence);
        harness.Heartbeat(5);
        Assert.Equal(0, harness.Router.CachedCount);
    }

    [Fact]
    public void A_large_message_is_announced_to_the_mesh_before_it_is_validated()
    {
        _harness.Verdict = null;
        Router.Join(Topic);
        var peers = _harness.AddPeers(3, Topic);
        var old = _harness.AddPeer(Topic, PeerVersion.GossipSub11);
        var author = TestPeers.Id(500);
        _harness.Receive(peers[0], TestMessages.Encode(author, Topic, 1, size: 1024));
        Assert.Equal([TestMessages.GoId(author, 1)], _harness.IDontWantsTo(peers[1]));
        Assert.Equal([TestMessages.GoId(author, 1)], _harness.IDontWantsTo(peers[2]));
        Assert.Empty(_harness.IDontWantsTo(peers[0]));
        Assert.Empty(_harness.IDontWantsTo(old));

        _harness.Receive(peers[0], TestMessages.Encode(author, Topic, 2, size: 1023));
        Assert.Single(_harness.IDontWantsTo(peers[1]));
    }

    [Fact]
    public void A_peer_does_not_get_what_it_does_not_want_for_three_heartbeats()
    {
        Router.Join(Topic);
        var peers = _harness.AddPeers(3, Topic);
        var author = TestPeers.Id(500);
        _harness.Receive(peers[1], rpc => rpc.AddIDontWant([TestMessages.JsId(author, 1), TestMessages.GoId(author, 2)]));
        _harness.Receive(peers[0], TestMessages.Encode(author, Topic, 1));
        _harness.Heartbeat(2);
        _harness.Receive(peers[0], TestMessages.Encode(author, Topic, 2));
        Assert.Empty(_harness.MessagesTo(peers[1]));
        Assert.Equal(2, _harness.MessagesTo(peers[2]).Count());
        _harness.Heartbeat();
        Assert.Null(peers[1].Unwanted);
    }

    [Fact]
    public void An_IDONTWANT_flood_is_cut()
    {
        var peer = _harness.AddPeer(Topic);
        for (var round = 0; round < 5; round++)
        {
            var ids = Enumerable.Range(round * 1000, 400).Select(i => (ReadOnlyMemory<byte>)TestMessages.GoId(TestPeers.Id(5), (ulong)i)).ToArray();
            _harness.Receive(peer, rpc => rpc.AddIDontWant(ids));
        }

        Assert.Equal(1000, peer.Unwanted!.Count);
    }

    [Theory]
    [InlineData(72, true, false)]
    [InlineData(73, false, false)]
    [InlineData(2048, false, false)]
    [InlineData(256, true, true)]
    [InlineData(257, false, true)]
    public void Ids_that_are_longer_than_any_message_has_are_not_kept(int length, bool kept, bool custom)
    {
        var harness = new RouterHarness(custom ? new GossipSubOptions { MessageId = m => m.Data } : null);
        harness.Router.Join(Topic);
        var peer = harness.AddPeer(Topic);
        var id = new byte[length];
        harness.Receive(peer, rpc => rpc.AddIDontWant([id]));
        Assert.Equal(kept ? 1 : 0, peer.Unwanted?.Count ?? 0);
        harness.Receive(peer, rpc => rpc.AddIHave(Topic, [id]));
        Assert.Equal(kept ? 1 : 0, harness.IWantsTo(peer).Count());
    }

    [Fact]
    public void A_long_key_in_an_id_is_remembered_by_its_hash()
    {
        var peer = _harness.AddPeer(Topic);
        var id = new byte[500];
        id[0] = 0x08;
        _harness.Receive(peer, rpc => rpc.AddIDontWant([id]));
        Assert.Equal(42, Assert.Single(peer.Unwanted!).Key.Span.Length);
    }

    [Fact]
    public void The_application_may_identify_messages_by_their_content()
    {
        var harness = new RouterHarness(new GossipSubOptions { MessageId = m => System.Security.Cryptography.SHA256.HashData(m.Data.Span) });
        harness.Router.Join(Topic);
        var peer = harness.AddPeer(Topic);
        harness.Receive(peer, TestMessages.Encode(TestPeers.Id(500), Topic, 1, size: 3));
        harness.Receive(peer, TestMessages.Encode(TestPeers.Id(501), Topic, 2, size: 3));
        harness.Receive(peer, TestMessages.Encode(TestPeers.Id(501), Topic, 3, size: 4));
        Assert.Equal(2, harness.Delivered.Count);
    }
}
