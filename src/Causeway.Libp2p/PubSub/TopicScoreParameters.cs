namespace Causeway.Libp2p.PubSub;

/// <summary>
/// How a peer's behaviour in one topic adds to its score (gossipsub 1.1, "The Score Function": P1 to P4). A weight of 0 switches a part off.
/// The defaults reward a little and punish invalid messages only, which is right for any topic; P3 needs the topic's message rate.
/// </summary>
public sealed record TopicScoreParameters
{
    /// <summary>Weight of the topic in the whole. At least 0. Default 1.</summary>
    public double TopicWeight { get; init; } = 1;

    /// <summary>P1, time in the mesh: weight, at least 0. Default 0.01.</summary>
    public double TimeInMeshWeight { get; init; } = 0.01;

    /// <summary>P1: time per point. Above 0. Default 1 s.</summary>
    public TimeSpan TimeInMeshQuantum { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>P1: most points. Above 0 where weighted. Default 300.</summary>
    public double TimeInMeshCap { get; init; } = 300;

    /// <summary>P2, messages that the peer was the first to bring: weight, at least 0. Default 0.1.</summary>
    public double FirstMessageDeliveriesWeight { get; init; } = 0.1;

    /// <summary>P2: what remains of the counter after a decay interval, between 0 and 1. Default 0.99.</summary>
    public double FirstMessageDeliveriesDecay { get; init; } = 0.99;

    /// <summary>P2: highest counter. Above 0 where weighted. Default 50.</summary>
    public double FirstMessageDeliveriesCap { get; init; } = 50;

    /// <summary>P3, too few messages from a mesh peer: weight of the squared deficit, at most 0. Default 0 (off).</summary>
    public double MeshMessageDeliveriesWeight { get; init; }

    /// <summary>P3: decay, between 0 and 1. Default 0.5.</summary>
    public double MeshMessageDeliveriesDecay { get; init; } = 0.5;

    /// <summary>P3: highest counter. At least the threshold. Default 100.</summary>
    public double MeshMessageDeliveriesCap { get; init; } = 100;

    /// <summary>P3: the counter below which there is a deficit. Above 0 where weighted. Default 20.</summary>
    public double MeshMessageDeliveriesThreshold { get; init; } = 20;

    /// <summary>P3: how long after its validation a message still counts when it is brought again. At least 0. Default 10 ms.</summary>
    public TimeSpan MeshMessageDeliveriesWindow { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>P3: time in the mesh before it applies. At least 1 s where weighted. Default 5 s.</summary>
    public TimeSpan MeshMessageDeliveriesActivation { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>P3b, deficits at the time of a prune: weight, at most 0. Default 0 (off).</summary>
    public double MeshFailurePenaltyWeight { get; init; }

    /// <summary>P3b: decay, between 0 and 1. Default 0.5.</summary>
    public double MeshFailurePenaltyDecay { get; init; } = 0.5;

    /// <summary>P4, invalid messages: weight of the squared counter, at most 0. Default −10: three within a short time and the peer is graylisted.</summary>
    public double InvalidMessageDeliveriesWeight { get; init; } = -10;

    /// <summary>P4: decay, between 0 and 1. Default 0.9.</summary>
    public double InvalidMessageDeliveriesDecay { get; init; } = 0.9;

    /// <summary>Throws where a value is out of its range.</summary>
    /// <exception cref="ArgumentException">Names the value and its range.</exception>
    public void Validate()
    {
        ScoreRange.AtLeastZero(TopicWeight, nameof(TopicWeight));
        ScoreRange.AtLeastZero(TimeInMeshWeight, nameof(TimeInMeshWeight));
        ScoreRange.Require(TimeInMeshQuantum > TimeSpan.Zero, $"{nameof(TimeInMeshQuantum)} must be above 0.");
        ScoreRange.AtLeastZero(FirstMessageDeliveriesWeight, nameof(FirstMessageDeliveriesWeight));
        ScoreRange.AtMostZero(MeshMessageDeliveriesWeight, nameof(MeshMessageDeliveriesWeight));
        ScoreRange.Require(MeshMessageDeliveriesWindow >= TimeSpan.Zero, $"{nameof(MeshMessageDeliveriesWindow)} must be at least 0.");
        ScoreRange.AtMostZero(MeshFailurePenaltyWeight, nameof(MeshFailurePenaltyWeight));
        ScoreRange.AtMostZero(InvalidMessageDeliveriesWeight, nameof(InvalidMessageDeliveriesWeight));
        if (TimeInMeshWeight != 0) ScoreRange.AboveZero(TimeInMeshCap, nameof(TimeInMeshCap));
        if (FirstMessageDeliveriesWeight != 0)
        {
            ScoreRange.Decay(FirstMessageDeliveriesDecay, nameof(FirstMessageDeliveriesDecay));
            ScoreRange.AboveZero(FirstMessageDeliveriesCap, nameof(FirstMessageDeliveriesCap));
        }

        if (MeshMessageDeliveriesWeight != 0)
        {
            ScoreRange.Decay(MeshMessageDeliveriesDecay, nameof(MeshMessageDeliveriesDecay));
            ScoreRange.AboveZero(MeshMessageDeliveriesThreshold, nameof(MeshMessageDeliveriesThreshold));
            ScoreRange.Require(
                double.IsFinite(MeshMessageDeliveriesCap) && MeshMessageDeliveriesCap >= MeshMessageDeliveriesThreshold,
                $"{nameof(MeshMessageDeliveriesCap)} must be at least {nameof(MeshMessageDeliveriesThreshold)}.");
            ScoreRange.Require(
                MeshMessageDeliveriesActivation >= TimeSpan.FromSeconds(1), $"{nameof(MeshMessageDeliveriesActivation)} must be at least 1 s.");
        }

        if (MeshFailurePenaltyWeight != 0) ScoreRange.Decay(MeshFailurePenaltyDecay, nameof(MeshFailurePenaltyDecay));
        if (InvalidMessageDeliveriesWeight != 0) ScoreRange.Decay(InvalidMessageDeliveriesDecay, nameof(InvalidMessageDeliveriesDecay));
    }
}
