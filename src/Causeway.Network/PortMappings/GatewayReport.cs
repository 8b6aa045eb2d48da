using System.Net;

namespace Causeway.Network.PortMappings;

/// <summary>Whether a router offers to forward ports by one protocol.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="IsAvailable">Whether it does.</param>
/// <param name="ExternalAddress">The router's own address on its far side; null where it does not say (PCP tells with a mapping only).</param>
/// <param name="Problem">Why not, as a sentence; null if it does.</param>
public sealed record GatewayReport(PortMappingProtocol Protocol, bool IsAvailable, IPAddress? ExternalAddress, string? Problem);
