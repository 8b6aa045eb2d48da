namespace Causeway.Libp2p.PubSub;

/// <summary>What a score means (gossipsub 1.1, "Score Thresholds"). Defaults: js-libp2p's (<c>peer-score-thresholds.ts</c>).</summary>
public sealed record PeerScoreThresholds
{
    /// <summary>Below it, no gossip goes to the peer and its gossip is ignored. At most 0. Default −10.</summary>
    public double Gossip { get; init; } = -10;

    /// <summary>Below it, our own messages do not go to the peer. At most <see cref="Gossip"/>. Default −50.</summary>
    public double Publish { get; init; } = -50;

    /// <summary>Below it, whatever the peer sends is ignored. At most <see cref="Publish"/>. Default −80.</summary>
    public double Graylist { get; init; } = -80;

    /// <summary>At or above it, peers that the peer offers in a PRUNE are accepted. At least 0. Default 10.</summary>
    public double AcceptPeerExchange { get; init; } = 10;

    /// <summary>While the median of a mesh is below it, better peers are grafted now and then. At least 0. Default 20.</summary>
    public double OpportunisticGraft { get; init; } = 20;

    /// <summary>Throws where a value is out of its range.</summary>
    /// <exception cref="ArgumentException">Names the value and its range.</exception>
    public void Validate()
    {
        ScoreRange.AtMostZero(Gossip, nameof(Gossip));
        ScoreRange.AtMostZero(Publish, nameof(Publish));
        ScoreRange.AtMostZero(Graylist, nameof(Graylist));
        ScoreRange.Require(Publish <= Gossip, $"{nameof(Publish)} must be at most {nameof(Gossip)}.");
        ScoreRange.Require(Graylist <= Publish, $"{nameof(Graylist)} must be at most {nameof(Publish)}.");
        ScoreRange.AtLeastZero(AcceptPeerExchange, nameof(AcceptPeerExchange));
        ScoreRange.AtLeastZero(OpportunisticGraft, nameof(OpportunisticGraft));
    }
}
