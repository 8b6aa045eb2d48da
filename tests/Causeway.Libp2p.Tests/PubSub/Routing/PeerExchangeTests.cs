using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Wire;

namespace Causeway.Libp2p.Tests.PubSub.Routing;

public sealed class PeerExchangeTests
{
    private const string Topic = "news";

    private static readonly GossipSubOptions Enabled = new()
    {
        PeerExchange = true,
        Scoring = new PeerScoreParameters { AppSpecificScore = p => p.Equals(TestPeers.Id(7)) ? 2 : 0 },
    };

    private static readonly ExchangedPeer[] Offer = [new(TestPeers.Id(800).Bytes, new byte[] { 1, 2 }), new(new byte[] { 9 }, default)];

    [Fact]
    public void It_is_off_unless_asked_for()
    {
        var harness = new RouterHarness();
        harness.Router.Join(Topic);
        var peers = harness.AddPeers(5, Topic);
        harness.Router.Leave(Topic);
        Assert.All(peers, p => Assert.Null(Assert.Single(harness.PrunesTo(p)).Peers));
        harness.Router.Join(Topic);
        harness.Receive(peers[0], rpc => rpc.AddPrune(Topic, 60, Offer));
        Assert.Empty(harness.Connections);
    }

    [Fact]
    public void A_pruned_peer_is_offered_others_with_their_signed_records()
    {
        var harness = new RouterHarness(Enabled);
        harness.Router.Join(Topic);
        var peers = harness.AddPeers(4, Topic);
        harness.Records[peers[1].Id] = [5, 6, 7];
        harness.Router.Leave(Topic);
        var offered = Assert.Single(harness.PrunesTo(peers[0])).Peers!;
        Assert.Equal(peers[1..].Select(p => p.Id.ToString()).Order(), offered.Select(o => Multiformats.PeerId.FromBytes(o.PeerId.Span).ToString()).Order());
        Assert.Equal([5, 6, 7], offered.Single(o => o.PeerId.Span.SequenceEqual(peers[1].Id.Bytes.Span)).SignedRecord.ToArray());
    }

    [Fact]
    public void Offers_are_followed_only_from_peers_with_a_high_score()
    {
        var harness = new RouterHarness(Enabled);
        harness.Router.Join(Topic);
        var (plain, trusted) = (harness.AddPeer(Topic), harness.AddPeer(Topic, id: TestPeers.Id(7)));
        harness.Receive(plain, rpc => rpc.AddPrune(Topic, 60, Offer));
        Assert.Empty(harness.Connections);
        harness.Receive(trusted, rpc => rpc.AddPrune(Topic, 60, Offer));
        var connection = Assert.Single(harness.Connections);
        Assert.Equal(TestPeers.Id(800), connection.Peer);
        Assert.Equal([1, 2], connection.Record);
    }

    [Fact]
    public void Peers_with_a_negative_score_are_neither_offered_nor_told_of_others()
    {
        var bad = TestPeers.Id(7);
        var harness = new RouterHarness(Enabled with
        {
            Scoring = new PeerScoreParameters { AppSpecificScore = p => p.Equals(bad) ? -1 : 0 },
        });
        harness.Router.Join(Topic);
        var good = harness.AddPeer(Topic);
        var shunned = harness.AddPeer(Topic, id: bad);
        harness.Graft(shunned, Topic);
        Assert.Null(Assert.Single(harness.PrunesTo(shunned)).Peers);
        harness.Router.Leave(Topic);
        Assert.Null(Assert.Single(harness.PrunesTo(good)).Peers);
    }
}
