using System.Net;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>What WebSocket listeners log.</summary>
internal static partial class WebSocketLog
{
    [LoggerMessage(2040, LogLevel.Debug, "A WebSocket from {Address} was refused: {Reason}")]
    public static partial void WebSocketRefused(this ILogger logger, IPAddress? address, string reason);
}
