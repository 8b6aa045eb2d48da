using Causeway.Tunnel.Daemon.Control;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Daemon;

/// <summary>Log events of the tunnel's daemon, 3300–3399.</summary>
internal static partial class DaemonLog
{
    [LoggerMessage(3300, LogLevel.Information, "Tunnel of network {Network} on device {Device} as {Peer}")]
    public static partial void Started(ILogger logger, string network, string device, TunnelPeerId peer);

    [LoggerMessage(3301, LogLevel.Information, "The tunnel is {State}")]
    public static partial void StateChanged(ILogger logger, TunnelState state);

    [LoggerMessage(3302, LogLevel.Information, "The tunnel has ended")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(3303, LogLevel.Error, "The tunnel ends: {Problem}")]
    public static partial void Failed(ILogger logger, string problem, Exception? exception);

    [LoggerMessage(3304, LogLevel.Warning, "{Sentence}")]
    public static partial void Warning(ILogger logger, string sentence);

    [LoggerMessage(3305, LogLevel.Warning, "The shutdown takes too long; what is left of it is abandoned")]
    public static partial void SlowShutdown(ILogger logger);

    [LoggerMessage(3310, LogLevel.Information, "Session with {Peer}, {Suite}, as {Role}")]
    public static partial void SessionUp(ILogger logger, string peer, TunnelSuite suite, SessionRole role);

    [LoggerMessage(3311, LogLevel.Information, "No session with {Peer} any more: {Reason}")]
    public static partial void SessionDown(ILogger logger, string peer, SessionEnd reason);

    [LoggerMessage(3312, LogLevel.Debug, "Attempt to reach {Peer} failed; hint: {Hint}")]
    public static partial void AttemptFailed(ILogger logger, string peer, HandshakeErrorCode hint);

    [LoggerMessage(3320, LogLevel.Information, "The roster has {Members} members after {Entries} changes")]
    public static partial void RosterChanged(ILogger logger, int members, int entries);

    [LoggerMessage(3321, LogLevel.Warning, "{Peer} sent {What}; nothing of its roster is taken for a minute")]
    public static partial void Misbehaved(ILogger logger, string peer, string what);

    [LoggerMessage(3322, LogLevel.Information, "{Peer} has joined as {Name}")]
    public static partial void Joined(ILogger logger, string peer, string name);

    [LoggerMessage(3323, LogLevel.Warning, "{Peer} asked to join and was refused")]
    public static partial void JoinRefused(ILogger logger, string peer);

    [LoggerMessage(3324, LogLevel.Information, "Gave {Count} members an address of their own")]
    public static partial void Repaired(ILogger logger, int count);

    [LoggerMessage(3325, LogLevel.Error, "A change of the roster could not be worked upon: {Problem}")]
    public static partial void RosterFailed(ILogger logger, string problem, Exception? exception);

    [LoggerMessage(3330, LogLevel.Warning, "Changes of this machine's network are not watched: {Problem}")]
    public static partial void NotWatching(ILogger logger, string problem);
}
