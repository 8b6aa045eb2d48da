using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Connections;

/// <summary>Log messages of dialing and listening (1100–1199). Peer IDs and addresses are formatted only when a message is written.</summary>
internal static partial class SwarmLog
{
    [LoggerMessage(1100, LogLevel.Information, "Listening on {Address}.")]
    public static partial void Listening(this ILogger logger, Multiaddress address);

    [LoggerMessage(1101, LogLevel.Debug, "{Direction} connection {Id} with {Peer} at {Address} is up ({Security}, {Muxer}).")]
    public static partial void ConnectionOpened(
        this ILogger logger, string direction, long id, PeerId peer, Multiaddress address, string security, string muxer);

    [LoggerMessage(1102, LogLevel.Debug, "Connection {Id} with {Peer} has ended: {Reason}")]
    public static partial void ConnectionClosed(this ILogger logger, long id, PeerId peer, string reason);

    [LoggerMessage(1103, LogLevel.Debug, "An attempt to connect to {Address} failed: {Reason}")]
    public static partial void AttemptFailed(this ILogger logger, Multiaddress address, string reason);

    [LoggerMessage(1104, LogLevel.Debug, "An inbound connection from {Address} failed: {Reason}")]
    public static partial void InboundFailed(this ILogger logger, Multiaddress address, string reason);

    [LoggerMessage(1105, LogLevel.Debug, "An inbound connection from {Address} was refused: its source opens too many, or too fast.")]
    public static partial void InboundRefused(this ILogger logger, Multiaddress address);

    [LoggerMessage(1106, LogLevel.Error, "Accepting on {Address} failed; trying again.")]
    public static partial void AcceptFailed(this ILogger logger, Multiaddress address, Exception error);

    [LoggerMessage(1107, LogLevel.Debug, "{Count} connections are closed to get below the low-water mark.")]
    public static partial void Pruning(this ILogger logger, int count);

    [LoggerMessage(1108, LogLevel.Error, "A connection with {Peer} could not be finished properly.")]
    public static partial void FinishFailed(this ILogger logger, PeerId peer, Exception error);
}
