using System.Net;

namespace Causeway.Tunnel.Devices;

/// <summary>An address of this machine on the segment, and how many of its bits name the network.</summary>
public sealed record SegmentAddress(IPAddress Address, int PrefixLength)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Address}/{PrefixLength}";
}
