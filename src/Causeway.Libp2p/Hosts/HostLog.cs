using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Hosts;

/// <summary>Log messages of hosts (1000–1099).</summary>
internal static partial class HostLog
{
    [LoggerMessage(1000, LogLevel.Information, "Peer {Peer} is up.")]
    public static partial void Started(this ILogger logger, PeerId peer);

    [LoggerMessage(1001, LogLevel.Information, "Peer {Peer} has stopped.")]
    public static partial void Stopped(this ILogger logger, PeerId peer);

    [LoggerMessage(1002, LogLevel.Error, "A subscriber to a host's {Event} event failed.")]
    public static partial void SubscriberFailed(this ILogger logger, string @event, Exception error);

    [LoggerMessage(1003, LogLevel.Debug, "The handler of {Protocol} for {Peer} failed; the stream was reset.")]
    public static partial void HandlerFailed(this ILogger logger, string protocol, PeerId peer, Exception error);

    [LoggerMessage(1004, LogLevel.Debug, "A stream from {Peer} was reset before its protocol was known: {Reason}")]
    public static partial void NegotiationFailed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1005, LogLevel.Debug, "A stream of {Protocol} from {Peer} was reset: it has too many of them.")]
    public static partial void TooManyStreams(this ILogger logger, string protocol, PeerId peer);

    [LoggerMessage(1006, LogLevel.Warning, "{Count} stream handlers did not return in time while the host was closing.")]
    public static partial void HandlersLeft(this ILogger logger, int count);

    [LoggerMessage(1007, LogLevel.Error, "Periodic upkeep failed.")]
    public static partial void UpkeepFailed(this ILogger logger, Exception error);

    [LoggerMessage(1008, LogLevel.Warning, "{Component} could not be stopped.")]
    public static partial void ComponentFailed(this ILogger logger, string component, Exception error);

    [LoggerMessage(1009, LogLevel.Debug, "{Routing} could not say where {Peer} is.")]
    public static partial void RoutingFailed(this ILogger logger, string routing, PeerId peer, Exception error);
}
