using Causeway.Cryptography.Keys;
using Causeway.Gateway.Topics;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Topics;

public sealed class TopicViewTests
{
    private readonly PeerId _peer = NewPeer();
    private readonly HashSet<PeerId> _local = [];
    private readonly List<bool> _changes = [];
    private readonly TopicView _view;

    public TopicViewTests()
    {
        _view = new TopicView(NewPeer(), _local.Contains, (_, joined) => _changes.Add(joined));
        _view.Begin([]);
    }

    [Fact]
    public void A_peer_that_left_this_process_is_present_again_when_it_joins_from_elsewhere()
    {
        // We were never connected to it, so GossipSub has nothing to say about its leaving.
        JoinHere();
        LeaveHere();
        _view.OnGossip(_peer, true);
        Assert.Equal([_peer], _view.Present);
        Assert.Equal([true, false, true], _changes);
    }

    [Fact]
    public void GossipSubs_late_news_do_not_bring_a_peer_back_that_left_this_process()
    {
        _view.OnGossip(_peer, true);
        JoinHere();
        LeaveHere();
        Assert.Empty(_view.Present);
        _view.OnGossip(_peer, false);
        Assert.Equal([true, false], _changes);
        _view.OnGossip(_peer, true);
        Assert.Equal([_peer], _view.Present);
    }

    private void JoinHere()
    {
        _local.Add(_peer);
        _view.OnLocal(_peer, true);
    }

    private void LeaveHere()
    {
        _view.OnLocal(_peer, false);
        _local.Remove(_peer);
    }

    private static PeerId NewPeer()
    {
        using var key = PrivateKey.Generate();
        return PeerId.FromPublicKey(key.PublicKey);
    }
}
