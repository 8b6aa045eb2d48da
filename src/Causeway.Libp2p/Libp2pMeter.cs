using System.Diagnostics.Metrics;

namespace Causeway.Libp2p;

/// <summary>The meter of this library. Instruments carry go-libp2p's Prometheus names, so that its public dashboards work.</summary>
internal static class Libp2pMeter
{
    /// <summary>The meter's name, to subscribe to.</summary>
    public const string Name = "Causeway.Libp2p";

    /// <summary>The one meter of the process; all hosts add up in it.</summary>
    public static Meter Instance { get; } = new(Name);
}
