using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Wire;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>IHAVE, IWANT and IDONTWANT.</summary>
internal sealed partial class GossipRouter
{
    private void OnIHave(RoutedPeer peer, List<IHave> entries)
    {
        if (ScoreOf(peer) < _scorer.Thresholds.Gossip) return;
        if (++peer.IHaveCount > _options.MaxIHaveMessages || peer.AskedCount >= _options.MaxIHaveLength) return;
        var wanted = new List<(MessageId Id, ReadOnlyMemory<byte> Written)>();
        var known = new HashSet<MessageId>(MessageIdComparer.Instance);
        foreach (var (name, ids) in entries)
        {
            if (!_topics.TryGetValue(name, out var topic) || topic.Mesh is null) continue;
            foreach (var written in ids)
            {
                Learn(peer, written.Span);
                if (!_ids.TryCanonical(written.Span, out var id)) continue;
                if (_seen.Find(id) is null && !_ids.IsBy(id, _self.Span) && known.Add(id)) wanted.Add((id, written));
            }
        }

        if (wanted.Count == 0) return;
        _random.Shuffle(wanted);
        var count = Math.Min(wanted.Count, _options.MaxIHaveLength - peer.AskedCount);
        wanted.RemoveRange(count, wanted.Count - count);
        peer.AskedCount += count;
        _promises.Add(peer, wanted.ConvertAll(w => w.Id), Now);
        var rpc = new RpcBuilder(_options.MaxRpcSize);
        rpc.AddIWant(wanted.ConvertAll(w => w.Written));
        PubSubMetrics.IWantSent.Add(count);
        Send(peer, rpc, FramePriority.Control);
    }

    private void OnIWant(RoutedPeer peer, List<ReadOnlyMemory<byte>> ids)
    {
        if (ScoreOf(peer) < _scorer.Thresholds.Gossip) return;
        HashSet<MessageId>? sent = null;
        foreach (var written in ids)
        {
            if (++peer.IWantCount > _options.MaxIWantLength) return;
            Learn(peer, written.Span);
            if (!_ids.TryCanonical(written.Span, out var id)) continue;
            if (peer.Unwanted?.ContainsKey(id) == true || sent?.Contains(id) == true) continue;
            if (_cache.Request(id, peer.Id, _options.GossipRetransmission) is not { } message) continue;

            // It asks for a message of its own, from before a restart; getting it back would count against us (go-libp2p-pubsub does so).
            if (IsBy(message, peer.Id)) continue;
            (sent ??= new HashSet<MessageId>(MessageIdComparer.Instance)).Add(id);
            _output.Send(peer, message.Frame, FramePriority.Gossip);
        }
    }

    private void OnIDontWant(RoutedPeer peer, List<ReadOnlyMemory<byte>> ids)
    {
        foreach (var written in ids)
        {
            if (peer.IDontWantCount >= _options.MaxIDontWantLength) return;
            peer.IDontWantCount++;
            Learn(peer, written.Span);
            if (!_ids.TryCanonical(written.Span, out var id)) continue;
            (peer.Unwanted ??= new Dictionary<MessageId, int>(MessageIdComparer.Instance))[id] = _options.IDontWantTicks;
        }
    }

    private void Learn(RoutedPeer peer, ReadOnlySpan<byte> id)
    {
        if (_ids.Classify(id) is { } form) peer.Form = form;
    }

    private void SendIDontWant(RoutedPeer source, GossipMessage message, TopicState topic)
    {
        List<RpcFrame>? byPeerId = null, byKey = null;
        foreach (var peer in topic.Mesh!)
        {
            if (peer == source || peer.Version < PeerVersion.GossipSub12) continue;
            ref var frames = ref peer.Form == MessageIdForm.PeerIdAndSequence ? ref byPeerId : ref byKey;
            if (frames is null)
            {
                var rpc = new RpcBuilder(_options.MaxRpcSize);
                rpc.AddIDontWant([_ids.Write(message, peer.Form)]);
                frames = rpc.Complete();
            }

            foreach (var frame in frames) _output.Send(peer, frame, FramePriority.Control);
        }
    }

    // Gossip goes to peers outside the mesh (or fan-out): at least D_lazy of them, or the gossip factor's share.
    private void EmitGossip(TopicState topic, HashSet<RoutedPeer> except, RoutedPeer[] behind, List<GossipMessage> messages)
    {
        var peers = topic.Peers
            .Where(p => p.IsReady && p.HasMesh && !p.IsExplicit && !except.Contains(p) && ScoreOf(p) >= _scorer.Thresholds.Gossip)
            .ToList();
        var count = Math.Min(peers.Count, Math.Max(_options.GossipDegree, (int)(_options.GossipFactor * peers.Count)));
        _random.Shuffle(peers);

        // A mesh peer that read too slowly for a while may ask for what was dropped.
        peers.RemoveRange(count, peers.Count - count);
        peers.AddRange(behind.Where(p => p.IsReady && except.Contains(p)));
        List<RpcFrame>? byPeerId = null, byKey = null;
        for (var i = 0; i < peers.Count; i++)
        {
            ref var frames = ref peers[i].Form == MessageIdForm.PeerIdAndSequence ? ref byPeerId : ref byKey;

            // Where not all IDs fit, each peer gets other ones.
            if (frames is null || messages.Count > _options.MaxIHaveLength) frames = EncodeIHave(topic, messages, peers[i].Form);
            foreach (var frame in frames) _output.Send(peers[i], frame, FramePriority.Gossip);
        }
    }

    private List<RpcFrame> EncodeIHave(TopicState topic, List<GossipMessage> messages, MessageIdForm form)
    {
        _random.Shuffle(messages);
        var rpc = new RpcBuilder(_options.MaxRpcSize);
        rpc.AddIHave(topic.Name, [.. messages.Take(_options.MaxIHaveLength).Select(m => _ids.Write(m, form))]);
        return rpc.Complete();
    }
}
