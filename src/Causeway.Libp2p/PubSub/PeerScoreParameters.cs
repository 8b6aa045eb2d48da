using System.Collections.Immutable;
using System.Net;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub;

/// <summary>How peers are scored (gossipsub 1.1, "Peer Scoring").</summary>
public sealed record PeerScoreParameters
{
    /// <summary>Topics with parameters of their own.</summary>
    public ImmutableDictionary<string, TopicScoreParameters> Topics { get; init; } = ImmutableDictionary<string, TopicScoreParameters>.Empty;

    /// <summary>For all other topics that we are subscribed to; null leaves them unscored.</summary>
    public TopicScoreParameters? OtherTopics { get; init; } = new();

    /// <summary>The most that all topics together can add. 0: no cap. Default 10.</summary>
    public double TopicScoreCap { get; init; } = 10;

    /// <summary>P5: the application's own score of a peer. Called by the router often, so it must be quick. Default none.</summary>
    public Func<PeerId, double>? AppSpecificScore { get; init; }

    /// <summary>P5: its weight, at least 0. Default 10.</summary>
    public double AppSpecificWeight { get; init; } = 10;

    /// <summary>
    /// P6, peers that share an IP address: weight of the squared surplus, at most 0. Default 0 (off): many peers behind one gateway or NAT are
    /// normal here. Public networks want it; −5 is js-libp2p's value.
    /// </summary>
    public double IPColocationFactorWeight { get; init; }

    /// <summary>P6: peers per address without a penalty. At least 1. Default 10.</summary>
    public int IPColocationFactorThreshold { get; init; } = 10;

    /// <summary>P6: networks that are exempt. Loopback always is.</summary>
    public ImmutableArray<IPNetwork> IPColocationFactorExempt { get; init; } = [];

    /// <summary>P7, misbehaviour (early GRAFTs, broken promises, malformed RPCs): weight of the squared excess, at most 0. Default −10.</summary>
    public double BehaviourPenaltyWeight { get; init; } = -10;

    /// <summary>P7: the counter that is still tolerated. At least 0. Default 6: lost frames and races break a promise now and then.</summary>
    public double BehaviourPenaltyThreshold { get; init; } = 6;

    /// <summary>P7: decay, between 0 and 1. Default 0.99.</summary>
    public double BehaviourPenaltyDecay { get; init; } = 0.99;

    /// <summary>How often counters decay. At least 1 s. Default 1 s.</summary>
    public TimeSpan DecayInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The counter below which it is 0. Between 0 and 1. Default 0.01.</summary>
    public double DecayToZero { get; init; } = 0.01;

    /// <summary>How long the score of a peer that left with a score of at most 0 is remembered. At least 0. Default 1 h.</summary>
    public TimeSpan RetainScore { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How many scores of peers that left are remembered; the oldest go first. At least 1. Default 4096.</summary>
    public int MaxRetained { get; init; } = 4096;

    /// <summary>What a score means.</summary>
    public PeerScoreThresholds Thresholds { get; init; } = new();

    /// <summary>The decay per interval that takes a counter to <see cref="DecayToZero"/> after <paramref name="time"/>.</summary>
    public double DecayFor(TimeSpan time) => Math.Pow(DecayToZero, 1 / (time / DecayInterval));

    /// <summary>Throws where a value is out of its range.</summary>
    /// <exception cref="ArgumentException">Names the value and its range.</exception>
    public void Validate()
    {
        foreach (var topic in Topics.Values) topic.Validate();
        OtherTopics?.Validate();
        Thresholds.Validate();
        ScoreRange.AtLeastZero(TopicScoreCap, nameof(TopicScoreCap));
        ScoreRange.AtLeastZero(AppSpecificWeight, nameof(AppSpecificWeight));
        ScoreRange.AtMostZero(IPColocationFactorWeight, nameof(IPColocationFactorWeight));
        ScoreRange.Require(IPColocationFactorThreshold >= 1, $"{nameof(IPColocationFactorThreshold)} must be at least 1.");
        ScoreRange.AtMostZero(BehaviourPenaltyWeight, nameof(BehaviourPenaltyWeight));
        ScoreRange.AtLeastZero(BehaviourPenaltyThreshold, nameof(BehaviourPenaltyThreshold));
        ScoreRange.Decay(BehaviourPenaltyDecay, nameof(BehaviourPenaltyDecay));
        ScoreRange.Require(DecayInterval >= TimeSpan.FromSeconds(1), $"{nameof(DecayInterval)} must be at least 1 s.");
        ScoreRange.Decay(DecayToZero, nameof(DecayToZero));
        ScoreRange.Require(RetainScore >= TimeSpan.Zero, $"{nameof(RetainScore)} must be at least 0.");
        ScoreRange.Require(MaxRetained >= 1, $"{nameof(MaxRetained)} must be at least 1.");
    }
}
