using Causeway.Libp2p.PubSub.Wire;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>Topics: ours and those of others.</summary>
internal sealed partial class GossipRouter
{
    /// <summary>Subscribes: all peers are told, and a mesh is built (gossipsub 1.0, JOIN).</summary>
    public void Join(string name)
    {
        var topic = Topic(name);
        if (topic.Mesh is not null) return;
        topic.Mesh = [];
        topic.Parameters = _scorer.ParametersOf(name, subscribed: true);
        Announce(name, subscribe: true);

        // Fan-out peers come first: messages of ours already flow through them.
        foreach (var peer in topic.Fanout ?? [])
        {
            if (topic.Mesh.Count < _options.MeshDegree && CanGraft(topic, peer)) Graft(topic, peer);
        }

        topic.Fanout = null;
        foreach (var peer in Pick(topic, _options.MeshDegree - topic.Mesh.Count, p => CanGraft(topic, p))) Graft(topic, peer);
    }

    /// <summary>Unsubscribes: the mesh is told to prune us for a short while, and all peers that we left (gossipsub 1.0, LEAVE).</summary>
    public void Leave(string name)
    {
        if (!_topics.TryGetValue(name, out var topic) || topic.Mesh is null) return;
        foreach (var peer in topic.Mesh.ToArray())
        {
            RemoveFromMesh(peer, topic);
            AddBackoff(topic, peer, _options.UnsubscribeBackoff, asked: false);
            SendPrune(peer, topic, _options.UnsubscribeBackoff, exchange: _options.PeerExchange);
        }

        topic.Mesh = null;
        topic.Parameters = _scorer.ParametersOf(name, subscribed: false);
        Announce(name, subscribe: false);
        Forget(topic);
    }

    private void Announce(string topic, bool subscribe)
    {
        var frames = RpcEncoder.Subscriptions([new SubscriptionChange(topic, subscribe)], _options.MaxRpcSize);
        foreach (var peer in _peers.Values)
        {
            foreach (var frame in frames) _output.Send(peer, frame, FramePriority.Control);
        }
    }

    private void OnSubscription(RoutedPeer peer, SubscriptionChange change)
    {
        if (!change.Subscribe)
        {
            if (_topics.TryGetValue(change.Topic, out var left)) RemoveFromTopic(peer, left);
            return;
        }

        if (peer.Topics.Count >= _options.MaxTopicsPerPeer) return;
        var topic = Topic(change.Topic);
        if (!peer.Topics.Add(topic)) return;
        topic.Peers.Add(peer);
        Classify(peer, topic);
        _output.PeerChanged(topic.Name, peer.Id, joined: true);

        GraftIfLow(peer, topic);
    }

    // A mesh that is too small does not wait for the next heartbeat (js-libp2p does the same).
    private void GraftIfLow(RoutedPeer peer, TopicState topic)
    {
        if (topic.Mesh?.Count < _options.MeshDegreeLow && CanGraft(topic, peer)) Graft(topic, peer);
    }

    private void RemoveFromTopic(RoutedPeer peer, TopicState topic)
    {
        if (!peer.Topics.Remove(topic)) return;
        topic.Peers.Remove(peer);
        topic.Flooded.Remove(peer);
        topic.Fanout?.Remove(peer);
        RemoveFromMesh(peer, topic);
        _output.PeerChanged(topic.Name, peer.Id, joined: false);
        Forget(topic);
    }
}
