using System.Net;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>Peers: how they come, and go.</summary>
internal sealed partial class GossipRouter
{
    /// <summary>A peer has a stream to us or we have one to it: it is told our subscriptions.</summary>
    /// <param name="id">Who it is.</param>
    /// <param name="version">What it speaks.</param>
    /// <param name="outbound">Whether we dialed it.</param>
    /// <param name="addresses">Where it is, for P6.</param>
    /// <param name="form">How it is thought to write message IDs.</param>
    /// <param name="link">What the driver keeps with it.</param>
    /// <param name="ready">Whether our stream to it is open already.</param>
    public RoutedPeer AddPeer(
        PeerId id, PeerVersion version, bool outbound, IEnumerable<IPAddress> addresses, MessageIdForm form, object? link = null, bool ready = true)
    {
        if (_peers.ContainsKey(id)) RemovePeer(id);
        var peer = new RoutedPeer(id, version, outbound, _scorer.Connect(id, addresses), form)
        {
            Incarnation = ++_incarnations,
            IsExplicit = _options.ExplicitPeers.Contains(id),
            Link = link,
            IsReady = ready,
        };
        _peers.Add(id, peer);
        if (ready) Greet(peer);
        return peer;
    }

    /// <summary>Our stream to a peer is open (again), and shows what it speaks.</summary>
    public void SetReady(RoutedPeer peer, PeerVersion version)
    {
        peer.Version = version;
        peer.IsReady = true;
        foreach (var topic in peer.Topics) Classify(peer, topic);
        Greet(peer);
        foreach (var topic in peer.Topics) GraftIfLow(peer, topic);
    }

    /// <summary>Our stream to a peer broke, but the peer may still talk to us.</summary>
    public void SetUnready(RoutedPeer peer)
    {
        peer.IsReady = false;
        Detach(peer);
    }

    /// <summary>The peer goes on with another stream, and names its topics again: those that it does not name it has left. None are named yet where it begins anew.</summary>
    public void KeepTopics(RoutedPeer peer, IReadOnlyList<SubscriptionChange> named)
    {
        peer.Incarnation = ++_incarnations;
        foreach (var topic in peer.Topics.ToArray())
        {
            if (!named.Any(change => change.Subscribe && change.Topic == topic.Name)) RemoveFromTopic(peer, topic);
        }
    }

    /// <summary>The peer is gone.</summary>
    public void RemovePeer(PeerId id)
    {
        if (!_peers.Remove(id, out var peer)) return;
        KeepTopics(peer, []);
        Detach(peer);
        _scorer.Disconnect(id, peer.Stats, Now);
    }

    private void Greet(RoutedPeer peer)
    {
        var hello = RpcEncoder.Subscriptions(Subscriptions.Select(t => new SubscriptionChange(t, true)), _options.MaxRpcSize);
        foreach (var frame in hello) _output.Send(peer, frame, FramePriority.Control);
    }

    // A peer may have grafted a topic that it never announced.
    private void Detach(RoutedPeer peer)
    {
        foreach (var topic in _topics.Values)
        {
            RemoveFromMesh(peer, topic);
            topic.Fanout?.Remove(peer);
        }
    }

    private static void Classify(RoutedPeer peer, TopicState topic)
    {
        if (peer.IsExplicit || !peer.HasMesh) topic.Flooded.Add(peer);
        else topic.Flooded.Remove(peer);
    }
}
