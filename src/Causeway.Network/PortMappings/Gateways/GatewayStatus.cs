using System.Net;

namespace Causeway.Network.PortMappings.Gateways;

/// <summary>How a router stands.</summary>
/// <param name="ExternalAddress">Its address on its far side; null where the protocol does not tell.</param>
/// <param name="HasForgotten">Whether it has lost the mappings, as after a restart.</param>
internal sealed record GatewayStatus(IPAddress? ExternalAddress, bool HasForgotten);
