using System.Net;

namespace Causeway.Libp2p.Observations;

/// <summary>What one peer said over one connection about where it sees us.</summary>
/// <param name="Connection">The connection's number.</param>
/// <param name="Local">Our end.</param>
/// <param name="Observed">Our end as the observer sees it.</param>
/// <param name="Observer">The observer's network.</param>
/// <param name="IsOutbound">Whether we dialed. Who dials us sees the address that it dialed, which says nothing about mappings.</param>
internal sealed record Observation(long Connection, IPEndPoint Local, IPEndPoint Observed, IPAddress Observer, bool IsOutbound)
{
    /// <summary>When the connection ended; null while it lasts.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
