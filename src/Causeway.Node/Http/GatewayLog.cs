using Microsoft.Extensions.Logging;

namespace Causeway.Node.Http;

internal static partial class GatewayLog
{
    [LoggerMessage(2300, LogLevel.Debug, "an archive was cut off: {Reason}")]
    public static partial void ArchiveCutOff(this ILogger logger, string reason);

    [LoggerMessage(2301, LogLevel.Error, "a request for {Root} failed")]
    public static partial void RequestFailed(this ILogger logger, Exception error, Multiformats.Cid root);
}
