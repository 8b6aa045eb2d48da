using Causeway.Libp2p.PubSub.Scoring;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>GRAFT, PRUNE, back-off and peer exchange.</summary>
internal sealed partial class GossipRouter
{
    // A peer must not make us stay away for ever: its wish is heeded up to this.
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromHours(1);

    private bool CanGraft(TopicState topic, RoutedPeer peer) =>
        peer.IsReady && peer.HasMesh && !peer.IsExplicit && topic.Mesh?.Contains(peer) == false && !topic.Backoff.ContainsKey(peer.Id) && ScoreOf(peer) >= 0;

    private List<RoutedPeer> Pick(TopicState topic, int count, Func<RoutedPeer, bool> filter)
    {
        if (count <= 0) return [];
        var candidates = topic.Peers.Where(filter).ToList();
        _random.Shuffle(candidates);
        if (candidates.Count > count) candidates.RemoveRange(count, candidates.Count - count);
        return candidates;
    }

    private void Graft(TopicState topic, RoutedPeer peer)
    {
        var rpc = new RpcBuilder(_options.MaxRpcSize);
        rpc.AddGraft(topic.Name);
        if (!Send(peer, rpc, FramePriority.Control)) (peer.Unsent ??= []).Add(topic);
        AddToMesh(peer, topic);
    }

    private void Prune(TopicState topic, RoutedPeer peer, bool exchange)
    {
        RemoveFromMesh(peer, topic);
        AddBackoff(topic, peer, _options.PruneBackoff, asked: false);
        SendPrune(peer, topic, _options.PruneBackoff, exchange);
    }

    private void AddToMesh(RoutedPeer peer, TopicState topic)
    {
        if (!topic.Mesh!.Add(peer)) return;
        PeerScorer.ChangeMesh(peer, topic, added: true, Now);
        _output.MeshChanged(topic.Name, peer, added: true);

        // From now on the peer is left out of gossip about this topic; what it may have missed until now it is told once. Without this, a message
        // that spread while the mesh was still forming would never reach a peer whose neighbours are all in its mesh by the next heartbeat.
        if (!peer.IsReady) return;
        var messages = _cache.Recent(topic.Name);
        messages.RemoveAll(message => IsBy(message, peer.Id));
        if (messages.Count > 0)
        {
            foreach (var frame in EncodeIHave(topic, messages, peer.Form)) _output.Send(peer, frame, FramePriority.Gossip);
        }
    }

    private void RemoveFromMesh(RoutedPeer peer, TopicState topic)
    {
        if (topic.Mesh?.Remove(peer) != true) return;
        PeerScorer.ChangeMesh(peer, topic, added: false, Now);
        _output.MeshChanged(topic.Name, peer, added: false);
    }

    // What we imposed is not shortened, nor made the peer's own wish.
    private void AddBackoff(TopicState topic, RoutedPeer peer, TimeSpan time, bool asked)
    {
        var until = Now + time;
        if (topic.Backoff.TryGetValue(peer.Id, out var present) && present.Until > Now)
        {
            asked &= present.AskedBy is not null;
            if (present.Until > until) until = present.Until;
        }

        topic.Backoff[peer.Id] = new Backoff(until, asked ? peer.Incarnation : null);
    }

    private void SendPrune(RoutedPeer peer, TopicState topic, TimeSpan backoff, bool exchange)
    {
        var rpc = new RpcBuilder(_options.MaxRpcSize);
        if (peer.Version < PeerVersion.GossipSub11) rpc.AddPrune(topic.Name, null, null);
        else rpc.AddPrune(topic.Name, (ulong)Math.Ceiling(backoff.TotalSeconds), exchange ? PeersToOffer(topic, peer) : null);
        if (!Send(peer, rpc, FramePriority.Control)) (peer.Unsent ??= []).Add(topic);
    }

    private List<ExchangedPeer> PeersToOffer(TopicState topic, RoutedPeer to) =>
        Pick(topic, _options.PeerExchangeCount, p => p != to && p.HasMesh && ScoreOf(p) >= 0)
            .ConvertAll(p => new ExchangedPeer(p.Id.Bytes, _output.SignedRecordOf(p.Id)));

    private void OnGraft(RoutedPeer peer, List<string> topics)
    {
        foreach (var name in topics)
        {
            // GRAFTs for topics that we are not in go unanswered: answering would be a service to spammers (gossipsub 1.1).
            if (!_topics.TryGetValue(name, out var topic) || topic.Mesh is null || topic.Mesh.Contains(peer)) continue;
            if (IsWelcome(peer, topic, out var exchange)) AddToMesh(peer, topic);
            else Refuse(peer, topic, exchange);
        }
    }

    private bool IsWelcome(RoutedPeer peer, TopicState topic, out bool exchange)
    {
        exchange = false;
        if (peer.IsExplicit) return false;
        if (topic.Backoff.TryGetValue(peer.Id, out var backoff) && backoff.AskedBy is { } by && by != peer.Incarnation)
        {
            // It asked to be left alone before it went, and has come again: a page that was reloaded would be alone for a minute.
            topic.Backoff.Remove(peer.Id);
        }
        else if (Now < backoff.Until)
        {
            var flooding = Now < backoff.Until + _options.GraftFloodThreshold - _options.PruneBackoff;
            _scorer.Penalize(peer.Stats, flooding ? 2 : 1);
            return false;
        }

        if (ScoreOf(peer) < 0) return false;
        exchange = _options.PeerExchange;
        return topic.Mesh!.Count < _options.MeshDegreeHigh || peer.IsOutbound;
    }

    private void Refuse(RoutedPeer peer, TopicState topic, bool exchange)
    {
        if (!peer.IsExplicit) AddBackoff(topic, peer, _options.PruneBackoff, asked: false);
        SendPrune(peer, topic, _options.PruneBackoff, exchange);
    }

    private void OnPrune(RoutedPeer peer, List<Prune> prunes)
    {
        foreach (var (name, seconds, offered) in prunes)
        {
            if (!_topics.TryGetValue(name, out var topic) || topic.Mesh is null) continue;
            RemoveFromMesh(peer, topic);
            var backoff = seconds is > 0 and { } wish ? TimeSpan.FromSeconds(Math.Min(wish, LongestBackoff.TotalSeconds)) : _options.PruneBackoff;
            AddBackoff(topic, peer, backoff, asked: true);
            if (offered is not null) ConnectTo(peer, offered);
        }
    }

    private void ConnectTo(RoutedPeer by, List<ExchangedPeer> offered)
    {
        if (!_options.PeerExchange || ScoreOf(by) < _scorer.Thresholds.AcceptPeerExchange) return;
        _random.Shuffle(offered);
        foreach (var (bytes, record) in offered.Take(_options.PeerExchangeCount))
        {
            if (!PeerId.TryFromBytes(bytes.Span, out var id) || id.Equals(_self) || _peers.ContainsKey(id)) continue;
            _output.Connect(id, record);
        }
    }
}
