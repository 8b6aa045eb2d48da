using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Routing;

namespace Causeway.Libp2p.Tests.PubSub.Routing;

public sealed class FanoutTests
{
    private const string Topic = "news";

    private readonly RouterHarness _harness = new(new GossipSubOptions { FloodPublish = false });

    private GossipRouter Router => _harness.Router;

    [Fact]
    public void Publishing_without_a_subscription_goes_to_D_peers_and_stays_with_them()
    {
        var peers = _harness.AddPeers(20, Topic);
        _harness.Publish(Topic, sequence: 1);
        var first = peers.Where(p => _harness.MessagesTo(p).Any()).ToArray();
        _harness.Publish(Topic, sequence: 2);
        Assert.Equal(6, first.Length);
        Assert.All(first, p => Assert.Equal(2, _harness.MessagesTo(p).Count()));
        Assert.Empty(_harness.Delivered);
    }

    [Fact]
    public void The_fanout_is_forgotten_after_its_time_to_live()
    {
        _harness.AddPeers(20, Topic);
        _harness.Publish(Topic);
        _harness.Heartbeat(59);
        Assert.Equal(6, Router.FanoutOf(Topic).Count);
        _harness.Heartbeat(2);
        Assert.Empty(Router.FanoutOf(Topic));
    }

    [Fact]
    public void The_heartbeat_replaces_fanout_peers_that_left()
    {
        _harness.AddPeers(20, Topic);
        _harness.Publish(Topic);
        foreach (var peer in Router.FanoutOf(Topic).Take(3).ToArray()) Router.Receive(peer.Id, TestMessages.Subscribe(false, Topic));
        Assert.Equal(3, Router.FanoutOf(Topic).Count);
        _harness.Heartbeat();
        Assert.Equal(6, Router.FanoutOf(Topic).Count);
    }

    [Fact]
    public void Joining_turns_the_fanout_into_the_mesh()
    {
        _harness.AddPeers(20, Topic);
        _harness.Publish(Topic);
        var fanout = Router.FanoutOf(Topic).ToHashSet();
        Router.Join(Topic);
        Assert.Equal(fanout, Router.MeshOf(Topic).ToHashSet());
        Assert.Empty(Router.FanoutOf(Topic));
    }

    [Fact]
    public void Fanout_topics_are_gossiped_about()
    {
        var peers = _harness.AddPeers(20, Topic);
        _harness.Publish(Topic);
        _harness.Heartbeat();
        var fanout = Router.FanoutOf(Topic);
        Assert.Equal(6, peers.Count(p => _harness.IHavesTo(p).Any()));
        Assert.All(fanout, p => Assert.Empty(_harness.IHavesTo(p)));
    }

    [Fact]
    public void Flood_publishing_reaches_every_peer_of_the_topic()
    {
        var harness = new RouterHarness();
        var peers = harness.AddPeers(20, Topic);
        harness.AddPeers(5, "other");
        harness.Publish(Topic);
        Assert.All(peers, p => Assert.Single(harness.MessagesTo(p)));
        Assert.Equal(20, harness.Sent.Count(s => s.Rpc.Messages is not null));
        Assert.Empty(harness.Router.FanoutOf(Topic));
    }

    [Fact]
    public void One_encoding_is_shared_by_all_receivers()
    {
        var harness = new RouterHarness();
        harness.AddPeers(20, Topic);
        harness.Publish(Topic);
        Assert.Single(harness.Sent.Where(s => s.Rpc.Messages is not null).Select(s => s.Frame).Distinct());
    }

    [Fact]
    public void Without_flood_publishing_a_subscriber_publishes_to_its_mesh_only()
    {
        var peers = _harness.AddPeers(20, Topic);
        Router.Join(Topic);
        _harness.Publish(Topic);
        Assert.Equal(Router.MeshOf(Topic).ToHashSet(), peers.Where(p => _harness.MessagesTo(p).Any()).ToHashSet());
        Assert.Single(_harness.Delivered);
    }
}
