using System.Net;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.PortMapping;

/// <summary>Log messages of port mapping (1730–1739).</summary>
internal static partial class PortMappingLog
{
    [LoggerMessage(1730, LogLevel.Information, "The router forwards our listeners: {Addresses}.")]
    public static partial void Mapped(this ILogger logger, string addresses);

    [LoggerMessage(1731, LogLevel.Information, "The router does not forward our listeners any more.")]
    public static partial void Unmapped(this ILogger logger);

    [LoggerMessage(1732, LogLevel.Warning, "The router's outside address {Address} is not public: it is behind another NAT, and forwarding ports there does not help. Ask whoever runs that NAT to forward them too, or use a relay.")]
    public static partial void DoubleNat(this ILogger logger, IPAddress address);
}
