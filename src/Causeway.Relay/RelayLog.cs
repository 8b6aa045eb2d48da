using System.Net;
using Causeway.Tunnel.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace Causeway.Relay;

/// <summary>The relay's log events, 3000–3199.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(3000, LogLevel.Information, "Member {Peer} connected from {Remote} as number {Number}")]
    public static partial void MemberConnected(ILogger logger, TunnelPeerId peer, IPEndPoint? remote, ulong number);

    [LoggerMessage(3001, LogLevel.Information, "Member {Peer}, number {Number}, gone: {Reason}")]
    public static partial void MemberGone(ILogger logger, TunnelPeerId peer, ulong number, string reason);

    [LoggerMessage(3002, LogLevel.Debug, "Connection from {Remote} ended before its proof: {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, IPEndPoint? remote, string reason);

    [LoggerMessage(3003, LogLevel.Debug, "Connection from {Remote} refused with {Status}: {Reason}")]
    public static partial void ConnectionRefused(ILogger logger, IPEndPoint? remote, int status, string reason);

    [LoggerMessage(3004, LogLevel.Warning, "Connections refused in the last minute: {Count}, the last one because {Reason}")]
    public static partial void ConnectionsRefused(ILogger logger, long count, string reason);

    [LoggerMessage(3005, LogLevel.Error, "A connection failed")]
    public static partial void ConnectionFailed(ILogger logger, Exception exception);

    [LoggerMessage(3010, LogLevel.Warning, "Going down: {Count} members were told to leave within {Seconds:0} s")]
    public static partial void Draining(ILogger logger, int count, double seconds);

    [LoggerMessage(3011, LogLevel.Warning, "{Count} members had not left when the time was over")]
    public static partial void DrainIncomplete(ILogger logger, int count);

    [LoggerMessage(3020, LogLevel.Information, "The list of peers has changed; it has {Count} now")]
    public static partial void AllowListRead(ILogger logger, int count);

    [LoggerMessage(3021, LogLevel.Error, "The list of peers has changed and is not used, the one before is: {Reason}")]
    public static partial void AllowListNotRead(ILogger logger, string reason);
}
