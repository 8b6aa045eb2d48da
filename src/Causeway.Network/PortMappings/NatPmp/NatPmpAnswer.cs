using System.Net;

namespace Causeway.Network.PortMappings.NatPmp;

/// <summary>What a NAT-PMP router says.</summary>
internal sealed record NatPmpAnswer
{
    public required NatPmpResult Result { get; init; }

    /// <summary>Seconds since the router has been keeping its mappings; null where it speaks another version.</summary>
    public uint? Epoch { get; init; }

    public IPAddress? Address { get; init; }

    public int Port { get; init; }

    /// <summary>Seconds that the mapping lasts.</summary>
    public uint Lifetime { get; init; }
}
