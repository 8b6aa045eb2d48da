using System.Net;

namespace Causeway.Network.PortMappings.Gateways;

/// <summary>What a router has granted.</summary>
/// <param name="External">The address and port on its far side.</param>
/// <param name="Lifetime">For how long; <see cref="Timeout.InfiniteTimeSpan"/> until it is deleted.</param>
internal sealed record GatewayMapping(IPEndPoint External, TimeSpan Lifetime)
{
    // What a router grants is taken within bounds: longer than a day is no use (RFC 6887 §15.1 suggests it as the maximum), shorter than ten seconds would be a flood.
    private const uint MinLifetime = 10, MaxLifetime = 86_400;

    /// <summary>For so many seconds, as the router says.</summary>
    public GatewayMapping(IPEndPoint external, uint seconds)
        : this(external, TimeSpan.FromSeconds(Math.Clamp(seconds, MinLifetime, MaxLifetime)))
    {
    }
}
