using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Causeway.Network.PortMappings;

internal static partial class PortMapperLog
{
    [LoggerMessage(6100, LogLevel.Information, "{Router} forwards {Protocol} port {InternalPort} from {External}, by {Via}")]
    public static partial void Mapped(this ILogger logger, IPAddress router, ProtocolType protocol, int internalPort, IPEndPoint external, PortMappingProtocol via);

    [LoggerMessage(6101, LogLevel.Information, "{Protocol} port {InternalPort} is not forwarded. {Problem}")]
    public static partial void NotMapped(this ILogger logger, ProtocolType protocol, int internalPort, string problem);

    [LoggerMessage(6102, LogLevel.Debug, "{Router} does not speak {Protocol}: {Problem}")]
    public static partial void NotSpoken(this ILogger logger, IPAddress router, PortMappingProtocol protocol, string problem);

    [LoggerMessage(6103, LogLevel.Information, "{Router} has lost its mappings, or its address has changed; they are made again")]
    public static partial void Forgotten(this ILogger logger, IPAddress router);

    [LoggerMessage(6104, LogLevel.Debug, "The mapping of {Protocol} port {InternalPort} could not be deleted and will expire: {Problem}")]
    public static partial void NotDeleted(this ILogger logger, ProtocolType protocol, int internalPort, string problem);

    [LoggerMessage(6105, LogLevel.Warning, "The router cannot be found out, so no ports are forwarded: {Problem}")]
    public static partial void NoRoutes(this ILogger logger, string problem);

    [LoggerMessage(6106, LogLevel.Error, "The port mapper failed, and tries again")]
    public static partial void Failed(this ILogger logger, Exception error);

    [LoggerMessage(6107, LogLevel.Error, "Somebody who was told of a changed port mapping failed")]
    public static partial void TellFailed(this ILogger logger, Exception error);
}
