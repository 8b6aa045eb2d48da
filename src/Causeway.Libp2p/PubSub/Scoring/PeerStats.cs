namespace Causeway.Libp2p.PubSub.Scoring;

/// <summary>The counters behind one peer's score.</summary>
internal sealed class PeerStats
{
    private double _penalty;

    /// <summary>Whether the peer is connected; otherwise the score is only remembered.</summary>
    public bool IsConnected { get; set; }

    /// <summary>When a remembered score is forgotten.</summary>
    public TimeSpan Expires { get; set; }

    /// <summary>P1 to P4.</summary>
    public Dictionary<string, TopicStats> Topics { get; } = [];

    /// <summary>P6: its addresses and their /64 networks.</summary>
    public IReadOnlyList<string> Addresses { get; set; } = [];

    /// <summary>P7.</summary>
    public double BehaviourPenalty
    {
        get => _penalty;
        set
        {
            _penalty = value;
            Score = null;
        }
    }

    /// <summary>The score since the last change of a counter; null when it must be computed anew.</summary>
    public double? Score { get; set; }

    /// <summary>The counters of a topic.</summary>
    public TopicStats In(string topic, TopicScoreParameters parameters)
    {
        Score = null;
        if (!Topics.TryGetValue(topic, out var stats)) Topics[topic] = stats = new TopicStats(parameters);
        return stats;
    }
}
