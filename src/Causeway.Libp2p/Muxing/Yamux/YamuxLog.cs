using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>Log messages of Yamux (event IDs 1300–1399).</summary>
internal static partial class YamuxLog
{
    [LoggerMessage(1300, LogLevel.Debug, "Yamux connection ended: {Reason}")]
    public static partial void Ended(ILogger logger, string reason);

    [LoggerMessage(1301, LogLevel.Warning, "Yamux connection closed because of the other end's behaviour: {Reason}")]
    public static partial void Violated(ILogger logger, string reason);
}
