using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway;

/// <summary>The gateway's log events, 2000–2199.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(2000, LogLevel.Information, "Page connected from {Remote}")]
    public static partial void PageConnected(ILogger logger, string remote);

    [LoggerMessage(2001, LogLevel.Information, "Page gone{Reason}")]
    public static partial void PageGone(ILogger logger, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "Page refused: {Reason}")]
    public static partial void PageRefused(ILogger logger, string reason);

    [LoggerMessage(2006, LogLevel.Warning, "Pages refused in the last minute: {Count} more")]
    public static partial void PagesRefused(ILogger logger, int count);

    [LoggerMessage(2003, LogLevel.Debug, "← {Method} ({RequestId})")]
    public static partial void Request(ILogger logger, string method, long requestId);

    [LoggerMessage(2004, LogLevel.Debug, "→ error {Code} to request {RequestId}: {Message}")]
    public static partial void RequestRefused(ILogger logger, int code, long requestId, string message);

    [LoggerMessage(2005, LogLevel.Error, "Request {RequestId} failed")]
    public static partial void RequestFailed(ILogger logger, long requestId, Exception exception);

    [LoggerMessage(2010, LogLevel.Information, "Created peer {Peer}")]
    public static partial void PeerCreated(ILogger logger, PeerId peer);

    [LoggerMessage(2011, LogLevel.Warning, "The peer did not close cleanly")]
    public static partial void PeerNotClosedCleanly(ILogger logger, Exception exception);

    [LoggerMessage(2012, LogLevel.Debug, "{From} did not reach its neighbour {To}: {Reason}")]
    public static partial void NeighbourNotReached(ILogger logger, PeerId from, PeerId to, string reason);

    [LoggerMessage(2013, LogLevel.Debug, "Kept peer {Peer} not reached, next try in {Pause}: {Reason}")]
    public static partial void KeptPeerNotReached(ILogger logger, PeerId peer, TimeSpan pause, string reason);

    [LoggerMessage(2014, LogLevel.Debug, "Discovered peer {Peer} not reached: {Reason}")]
    public static partial void DiscoveredPeerNotReached(ILogger logger, PeerId peer, string reason);

    [LoggerMessage(2015, LogLevel.Warning, "{Source} failed and is off: {Reason}")]
    public static partial void DiscoveryFailed(ILogger logger, string source, string reason);

    [LoggerMessage(2020, LogLevel.Debug, "Stream to {Peer} on {Protocol} ended: {Reason}")]
    public static partial void MessageStreamEnded(ILogger logger, PeerId peer, string protocol, string reason);

    [LoggerMessage(2021, LogLevel.Information, "{Count} messages given up: {Reason}")]
    public static partial void MessagesGivenUp(ILogger logger, int count, string reason);

    [LoggerMessage(2030, LogLevel.Debug, "Message on topic {Topic} from {Author} is not JSON and is not passed on")]
    public static partial void TopicMessageNotJson(ILogger logger, string topic, PeerId author);

    [LoggerMessage(2032, LogLevel.Debug, "The search for peers of {Topic} in the DHT failed: {Reason}")]
    public static partial void TopicSearchFailed(ILogger logger, string topic, string reason);

    [LoggerMessage(2031, LogLevel.Warning, "Subscription to {Topic} ended: {Reason}")]
    public static partial void SubscriptionEnded(ILogger logger, string topic, string reason);

    [LoggerMessage(2040, LogLevel.Debug, "Request of {Peer} for files ended: {Reason}")]
    public static partial void FileRequestEnded(ILogger logger, PeerId peer, string reason);

    [LoggerMessage(2041, LogLevel.Warning, "Nobody was told that files have changed: {Reason}")]
    public static partial void FileUpdateNotTold(ILogger logger, string reason);

    [LoggerMessage(2042, LogLevel.Debug, "{Peer} was asked for {Cid} without success: {Reason}")]
    public static partial void FallbackFailed(ILogger logger, PeerId peer, Cid cid, string reason);

    [LoggerMessage(2043, LogLevel.Warning, "The root {Root} of {Peer} could not be kept for its return: {Reason}")]
    public static partial void RootNotKept(ILogger logger, Cid root, PeerId peer, string reason);

    [LoggerMessage(2045, LogLevel.Error, "A list or a file could not be had")]
    public static partial void FollowingFailed(ILogger logger, Exception exception);

    [LoggerMessage(2044, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void TransferFailed(ILogger logger, string method, string path, Exception exception);
}
