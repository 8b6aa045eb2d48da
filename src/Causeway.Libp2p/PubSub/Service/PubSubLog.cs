using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>Log messages of pub/sub (1500–1599).</summary>
internal static partial class PubSubLog
{
    [LoggerMessage(1500, LogLevel.Debug, "The stream to {Peer} is open ({Protocol}).")]
    public static partial void StreamOpened(this ILogger logger, PeerId peer, string protocol);

    [LoggerMessage(1501, LogLevel.Debug, "The stream to {Peer} could not be opened: {Reason}")]
    public static partial void StreamFailed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1502, LogLevel.Debug, "The stream to {Peer} broke: {Reason}")]
    public static partial void StreamBroke(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1503, LogLevel.Information, "{Peer} broke the protocol; its stream was reset: {Reason}")]
    public static partial void Malformed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1504, LogLevel.Debug, "Joined topic {Topic}.")]
    public static partial void Joined(this ILogger logger, string topic);

    [LoggerMessage(1505, LogLevel.Debug, "Left topic {Topic}.")]
    public static partial void Left(this ILogger logger, string topic);

    [LoggerMessage(1506, LogLevel.Debug, "{Peer} is in the mesh of {Topic}.")]
    public static partial void MeshAdded(this ILogger logger, PeerId peer, string topic);

    [LoggerMessage(1507, LogLevel.Debug, "{Peer} is no longer in the mesh of {Topic}.")]
    public static partial void MeshRemoved(this ILogger logger, PeerId peer, string topic);

    [LoggerMessage(1508, LogLevel.Warning, "The validator of topic {Topic} failed; the message was ignored.")]
    public static partial void ValidatorFailed(this ILogger logger, string topic, Exception error);

    [LoggerMessage(1509, LogLevel.Debug, "{Peer} reads too slowly: {Count} RPCs were dropped.")]
    public static partial void Dropped(this ILogger logger, PeerId peer, int count);

    [LoggerMessage(1510, LogLevel.Error, "A pub/sub event could not be processed.")]
    public static partial void EventFailed(this ILogger logger, Exception error);

    [LoggerMessage(1511, LogLevel.Debug, "{Peer}, offered by another peer or configured, could not be connected: {Reason}")]
    public static partial void ConnectFailed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1512, LogLevel.Error, "A handler of the PeerChanged event failed.")]
    public static partial void HandlerFailed(this ILogger logger, Exception error);

    [LoggerMessage(1513, LogLevel.Debug, "A message on {Topic} that {Peer} brought was refused: {Verdict}.")]
    public static partial void Refused(this ILogger logger, string topic, PeerId peer, string verdict);
}
