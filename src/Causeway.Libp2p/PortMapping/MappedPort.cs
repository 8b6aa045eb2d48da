using System.Net;

namespace Causeway.Libp2p.PortMapping;

/// <summary>A TCP port of this machine, and where the router forwards it from.</summary>
/// <param name="InternalPort">The port here.</param>
/// <param name="External">The router's address and port; null where there is no mapping (yet, or any more).</param>
public sealed record MappedPort(int InternalPort, IPEndPoint? External);
