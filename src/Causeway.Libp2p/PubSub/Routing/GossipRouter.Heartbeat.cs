
namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>The heartbeat (gossipsub 1.0 and 1.1, "Heartbeat Maintenance").</summary>
internal sealed partial class GossipRouter
{
    // Expired back-offs are kept a little longer, so that our GRAFT does not arrive early by the other side's clock
    // (gossipsub 1.1: "plus some slack"); go-libp2p-pubsub uses two heartbeats.
    private const int BackoffSlackTicks = 2;

    /// <summary>Maintains scores, meshes, fan-outs and caches, and emits gossip. To be called once per heartbeat interval.</summary>
    public void Heartbeat()
    {
        _ticks++;
        var now = Now;
        _scorer.Refresh(now);
        _promises.Expire(now, peer => _scorer.Penalize(peer.Stats, 1));
        _seen.Expire(now);
        foreach (var peer in _peers.Values) ResetCounters(peer);
        if (_ticks % _options.ExplicitPeerTicks == 1 || _options.ExplicitPeerTicks == 1) ConnectExplicitPeers();

        var gossip = _cache.Gossip();

        // One round of gossip for those who missed something; if that is dropped too, they have missed something again.
        var behind = _peers.Values.Where(p => p.HasMissed).ToArray();
        foreach (var peer in behind) peer.HasMissed = false;
        foreach (var topic in _topics.Values.ToArray())
        {
            ClearBackoff(topic, now);
            if (topic.Mesh is not null) MaintainMesh(topic, topic.Mesh);
            if (topic.Fanout is not null) MaintainFanout(topic, now);
            if ((topic.Mesh ?? topic.Fanout) is { } except && gossip.TryGetValue(topic.Name, out var messages)) EmitGossip(topic, except, behind, messages);
            Forget(topic);
        }

        _cache.Shift();
    }

    private void ResetCounters(RoutedPeer peer)
    {
        peer.IHaveCount = 0;
        peer.AskedCount = 0;
        peer.IWantCount = 0;
        peer.IDontWantCount = 0;
        ResendControl(peer);
        if (peer.Unwanted is null) return;
        foreach (var (id, ticks) in peer.Unwanted)
        {
            if (ticks > 1) peer.Unwanted[id] = ticks - 1;
            else peer.Unwanted.Remove(id);
        }

        if (peer.Unwanted.Count == 0) peer.Unwanted = null;
    }

    // A GRAFT or PRUNE that found no room is sent again as what holds now.
    private void ResendControl(RoutedPeer peer)
    {
        if (peer.Unsent is not { } topics) return;
        peer.Unsent = null;
        foreach (var topic in topics)
        {
            if (topic.Mesh?.Contains(peer) == true) Graft(topic, peer);
            else SendPrune(peer, topic, _options.PruneBackoff, exchange: false);
        }
    }

    private void ConnectExplicitPeers()
    {
        foreach (var id in _options.ExplicitPeers)
        {
            if (!_peers.ContainsKey(id)) _output.Connect(id, default);
        }
    }

    private void ClearBackoff(TopicState topic, TimeSpan now)
    {
        var slack = BackoffSlackTicks * _options.HeartbeatInterval;
        foreach (var (peer, backoff) in topic.Backoff)
        {
            if (backoff.Until + slack < now) topic.Backoff.Remove(peer);
        }
    }

    private void MaintainMesh(TopicState topic, HashSet<RoutedPeer> mesh)
    {
        foreach (var peer in mesh.Where(p => ScoreOf(p) < 0).ToArray()) Prune(topic, peer, exchange: false);
        if (mesh.Count < _options.MeshDegreeLow)
        {
            foreach (var peer in Pick(topic, _options.MeshDegree - mesh.Count, p => CanGraft(topic, p))) Graft(topic, peer);
        }

        if (mesh.Count >= _options.MeshDegreeHigh && mesh.Count > _options.MeshDegree) PruneSurplus(topic, mesh);
        if (mesh.Count >= _options.MeshDegreeLow)
        {
            var missing = _options.MeshDegreeOutbound - mesh.Count(p => p.IsOutbound);
            foreach (var peer in Pick(topic, missing, p => p.IsOutbound && CanGraft(topic, p))) Graft(topic, peer);
        }

        if (_ticks % _options.OpportunisticGraftTicks == 0 && mesh.Count > 1) GraftOpportunistically(topic, mesh);
    }

    // D_score peers stay by score, the rest up to D by chance, D_out of them outbound.
    private void PruneSurplus(TopicState topic, HashSet<RoutedPeer> mesh)
    {
        var peers = mesh.ToList();
        _random.Shuffle(peers);
        peers = [.. peers.OrderByDescending(ScoreOf)];
        _random.Shuffle(peers, _options.MeshDegreeScore);
        var kept = peers.Take(_options.MeshDegree).ToList();
        var others = peers.Skip(_options.MeshDegree).ToList();
        for (var missing = _options.MeshDegreeOutbound - kept.Count(p => p.IsOutbound); missing > 0; missing--)
        {
            // The last inbound peer of the kept ones (a random one, of the lowest rank) makes room.
            var (gain, loss) = (others.FindIndex(p => p.IsOutbound), kept.FindLastIndex(p => !p.IsOutbound));
            if (gain < 0 || loss < 0) break;
            (kept[loss], others[gain]) = (others[gain], kept[loss]);
        }

        foreach (var peer in others) Prune(topic, peer, _options.PeerExchange);
    }

    private void GraftOpportunistically(TopicState topic, HashSet<RoutedPeer> mesh)
    {
        var median = mesh.Select(ScoreOf).Order().ElementAt(mesh.Count / 2);
        if (median >= _scorer.Thresholds.OpportunisticGraft) return;
        foreach (var peer in Pick(topic, _options.OpportunisticGraftPeers, p => CanGraft(topic, p) && ScoreOf(p) > median)) Graft(topic, peer);
    }

    private void MaintainFanout(TopicState topic, TimeSpan now)
    {
        var fanout = topic.Fanout!;
        if (topic.LastPublished + _options.FanoutTimeToLive <= now)
        {
            topic.Fanout = null;
            return;
        }

        fanout.RemoveWhere(p => !topic.Peers.Contains(p) || ScoreOf(p) < _scorer.Thresholds.Publish);
        fanout.UnionWith(Pick(topic, _options.MeshDegree - fanout.Count, p => CanFanOut(topic, p)));
    }
}
