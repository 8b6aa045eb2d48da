using System.Net;

namespace Causeway.Network.PortMappings.Pcp;

/// <summary>What a PCP router says.</summary>
internal sealed record PcpAnswer
{
    public required byte Version { get; init; }

    public required PcpResult Result { get; init; }

    /// <summary>Seconds that the mapping lasts, or that an error will.</summary>
    public uint Lifetime { get; init; }

    /// <summary>Seconds since the router has been keeping its mappings.</summary>
    public uint Epoch { get; init; }

    public IPEndPoint? External { get; init; }
}
