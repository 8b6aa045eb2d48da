using System.Diagnostics.Metrics;

namespace Causeway.Libp2p.HolePunching;

/// <summary>Instruments of hole punching, named as in go-libp2p (<c>p2p/protocol/holepunch/metrics.go</c>).</summary>
internal static class HolePunchMetrics
{
    private static readonly Counter<long> DirectDials =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_holepunch_direct_dials_total", description: "Dials of the other side's public addresses, by outcome.");

    private static readonly Counter<long> Outcomes =
        Libp2pMeter.Instance.CreateCounter<long>("libp2p_holepunch_outcomes_total", description: "Hole punching, by side, attempts and outcome.");

    public static void DirectDialed(bool succeeded) => DirectDials.Add(1, new KeyValuePair<string, object?>("outcome", succeeded ? "success" : "failed"));

    public static void Ended(string side, int attempts, bool succeeded) => Outcomes.Add(
        1, new("side", side), new("num_attempts", attempts), new("outcome", succeeded ? "success" : "failed"));
}
