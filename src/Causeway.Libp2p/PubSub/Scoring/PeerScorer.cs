using System.Net;
using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Routing;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Scoring;

/// <summary>Scores peers (gossipsub 1.1, "Peer Scoring"). Without parameters every score is 0 and nothing is counted.</summary>
internal sealed class PeerScorer(PeerScoreParameters? parameters)
{
    // A clock that jumped does not make us decay for minutes on end: whatever was counted is gone after so many intervals.
    private const int MostIntervals = 600;

    private readonly Dictionary<PeerId, PeerStats> _peers = [];
    private readonly Queue<(PeerId Peer, PeerStats Stats, TimeSpan Expires)> _retained = new();
    private readonly AddressColocation _addresses = new(parameters ?? new PeerScoreParameters());
    private TimeSpan _decayed;

    /// <summary>What a score means; all 0 where peers are not scored, so that nothing falls below.</summary>
    public PeerScoreThresholds Thresholds { get; } = parameters?.Thresholds
        ?? new PeerScoreThresholds { Gossip = 0, Publish = 0, Graylist = 0, AcceptPeerExchange = 0, OpportunisticGraft = 0 };

    /// <summary>Peers whose score is known, connected or not.</summary>
    public int Count => _peers.Count;

    /// <summary>The parameters of a topic; null: not scored.</summary>
    public TopicScoreParameters? ParametersOf(string topic, bool subscribed) =>
        parameters is null ? null
        : parameters.Topics.TryGetValue(topic, out var own) ? own
        : subscribed ? parameters.OtherTopics : null;

    /// <summary>A peer connected: a score that was remembered is taken up again.</summary>
    public PeerStats Connect(PeerId peer, IEnumerable<IPAddress> addresses)
    {
        if (!_peers.TryGetValue(peer, out var stats)) _peers[peer] = stats = new PeerStats();
        stats.IsConnected = true;
        if (parameters is not null) _addresses.Place(stats, addresses);
        return stats;
    }

    /// <summary>A peer disconnected. Only scores up to 0 are remembered: leaving must neither wash a bad one clean nor keep a good one for sale.</summary>
    public void Disconnect(PeerId peer, PeerStats stats, TimeSpan now)
    {
        if (parameters is null || Score(peer, stats) > 0 || parameters.RetainScore == TimeSpan.Zero)
        {
            Remove(peer, stats);
            return;
        }

        foreach (var topic in stats.Topics.Values) topic.Disconnect();
        stats.Score = null;
        stats.IsConnected = false;
        stats.Expires = now + parameters.RetainScore;
        _retained.Enqueue((peer, stats, stats.Expires));
        while (_retained.Count > parameters.MaxRetained) Forget(_retained.Dequeue());
    }

    /// <summary>The score.</summary>
    public double Score(PeerId peer, PeerStats stats) => parameters is null ? 0 : stats.Score ??= Compute(peer, stats);

    /// <summary>P7: the peer misbehaved.</summary>
    public void Penalize(PeerStats stats, int count)
    {
        if (parameters is not null) stats.BehaviourPenalty += count;
    }

    /// <summary>A valid message is here: P2 and P3 for its source, P3 for mesh peers that brought it meanwhile.</summary>
    public static void Deliver(GossipMessage message, TopicState topic)
    {
        if (topic.Parameters is not { } scored) return;
        if (message.Source is { } source) source.Stats.In(topic.Name, scored).DeliverFirst();
        if (message.AlsoFrom is null) return;
        foreach (var peer in message.AlsoFrom) peer.Stats.In(topic.Name, scored).DeliverInMesh();
    }

    /// <summary>P3: a copy of a valid message came after it was validated.</summary>
    public static void DeliverAgain(RoutedPeer peer, DeliveryRecord record, TopicState topic, TimeSpan now)
    {
        if (topic.Parameters is not { MeshMessageDeliveriesWeight: not 0 } scored) return;
        if (now - record.Validated > scored.MeshMessageDeliveriesWindow || record.Counted?.Contains(peer) == true) return;
        (record.Counted ??= []).Add(peer);
        peer.Stats.In(topic.Name, scored).DeliverInMesh();
    }

    /// <summary>P4: the peer brought an invalid message.</summary>
    public static void DeliverInvalid(RoutedPeer peer, TopicState topic)
    {
        if (topic.Parameters is { } scored) peer.Stats.In(topic.Name, scored).DeliverInvalid();
    }

    /// <summary>P1, P3b: the peer joined or left our mesh.</summary>
    public static void ChangeMesh(RoutedPeer peer, TopicState topic, bool added, TimeSpan now)
    {
        if (topic.Parameters is not { } scored) return;
        var stats = peer.Stats.In(topic.Name, scored);
        if (added) stats.Graft(now);
        else stats.Prune();
    }

    /// <summary>Lets the decay intervals since the last call pass.</summary>
    public void Refresh(TimeSpan now)
    {
        if (parameters is null) return;
        for (var n = 0; now - _decayed >= parameters.DecayInterval; n++)
        {
            _decayed = n < MostIntervals ? _decayed + parameters.DecayInterval : now;

            // Counters decay by whole intervals, but time in the mesh is real time: by the end of the interval, a peer that was grafted since then
            // would have been there for a negative time, and its negative score would cost it its place.
            Decay(now);
        }

        while (_retained.TryPeek(out var oldest) && (oldest.Stats.IsConnected || oldest.Expires <= now)) Forget(_retained.Dequeue());
    }

    private void Decay(TimeSpan now)
    {
        foreach (var stats in _peers.Values)
        {
            if (!stats.IsConnected) continue;
            foreach (var (name, topic) in stats.Topics)
            {
                topic.Decay(now, parameters!.DecayToZero);
                if (topic.IsEmpty) stats.Topics.Remove(name);
            }

            var penalty = stats.BehaviourPenalty * parameters!.BehaviourPenaltyDecay;
            stats.BehaviourPenalty = penalty < parameters.DecayToZero ? 0 : penalty;
        }
    }

    private double Compute(PeerId peer, PeerStats stats)
    {
        var score = 0.0;
        foreach (var topic in stats.Topics.Values) score += topic.Score();
        if (parameters!.TopicScoreCap > 0) score = Math.Min(score, parameters.TopicScoreCap);
        if (parameters.AppSpecificScore is { } application) score += application(peer) * parameters.AppSpecificWeight;
        score += _addresses.Factor(stats) * parameters.IPColocationFactorWeight;
        var excess = stats.BehaviourPenalty - parameters.BehaviourPenaltyThreshold;
        return excess > 0 ? score + (excess * excess * parameters.BehaviourPenaltyWeight) : score;
    }

    private void Forget((PeerId Peer, PeerStats Stats, TimeSpan Expires) entry)
    {
        // It may have come back since, and even left a second time with a later expiry.
        if (!entry.Stats.IsConnected && entry.Stats.Expires == entry.Expires) Remove(entry.Peer, entry.Stats);
    }

    private void Remove(PeerId peer, PeerStats stats)
    {
        _addresses.Remove(stats);
        if (_peers.TryGetValue(peer, out var current) && current == stats) _peers.Remove(peer);
    }
}
