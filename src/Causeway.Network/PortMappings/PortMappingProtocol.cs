using Causeway.Network.PortMappings.Gateways;

namespace Causeway.Network.PortMappings;

/// <summary>How a router is asked to forward a port, best first.</summary>
public enum PortMappingProtocol
{
    /// <summary>Port Control Protocol (RFC 6887).</summary>
    Pcp,

    /// <summary>NAT Port Mapping Protocol (RFC 6886).</summary>
    NatPmp,

    /// <summary>UPnP Internet Gateway Device, version 1 or 2.</summary>
    Upnp,
}
