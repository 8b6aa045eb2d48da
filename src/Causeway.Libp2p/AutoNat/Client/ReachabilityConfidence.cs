using Causeway.Libp2p.Hosts;

namespace Causeway.Libp2p.AutoNat.Client;

/// <summary>
/// What version 1's answers add up to: the first decides, those that confirm it raise the confidence, those that contradict lower it before the status
/// changes; only a dial that succeeded changes it at once (go-libp2p, <c>p2p/host/autonat/autonat.go</c>). No I/O, not thread-safe.
/// </summary>
internal sealed class ReachabilityConfidence(AutoNatOptions options)
{
    // go-libp2p's.
    private const int Most = 3;

    /// <summary>The status.</summary>
    public Reachability Status { get; private set; }

    /// <summary>From 0 to 3.</summary>
    public int Confidence { get; private set; }

    /// <summary>After how long to ask again.</summary>
    public TimeSpan Interval => Status == Reachability.Unknown || Confidence < Most ? options.RetryInterval : options.RefreshInterval;

    /// <summary>Takes an answer.</summary>
    public void Add(ProbeOutcome outcome)
    {
        switch (outcome)
        {
            case ProbeOutcome.Reachable when Status != Reachability.Public:
                (Status, Confidence) = (Reachability.Public, 0);
                break;
            case ProbeOutcome.Unreachable when Status != Reachability.Private:
                if (Confidence > 0) Confidence--;
                else Status = Reachability.Private;
                break;
            case ProbeOutcome.Reachable or ProbeOutcome.Unreachable:
                Confidence = Math.Min(Confidence + 1, Most);
                break;
        }
    }

    /// <summary>Our addresses have changed: what is known is less certain.</summary>
    public void Doubt() => Confidence = Math.Min(Confidence, Most - 1);
}
