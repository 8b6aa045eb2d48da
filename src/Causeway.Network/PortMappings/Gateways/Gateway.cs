using System.Net;

namespace Causeway.Network.PortMappings.Gateways;

/// <summary>The router and how this machine is connected to it.</summary>
/// <param name="Address">The router's address on this side.</param>
/// <param name="LocalAddress">This machine's address there.</param>
/// <param name="Network">The network of both.</param>
internal sealed record Gateway(IPAddress Address, IPAddress LocalAddress, IPNetwork Network);
