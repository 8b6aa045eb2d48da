using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Relay;

/// <summary>Log messages of circuit relay, service and client (1800–1899).</summary>
internal static partial class RelayLog
{
    [LoggerMessage(1800, LogLevel.Debug, "{Peer} has a reservation until {Expires}.")]
    public static partial void Reserved(this ILogger logger, PeerId peer, DateTimeOffset expires);

    [LoggerMessage(1801, LogLevel.Debug, "{Peer} was refused a reservation: {Status}.")]
    public static partial void ReservationRefused(this ILogger logger, PeerId peer, string status);

    [LoggerMessage(1802, LogLevel.Debug, "A circuit from {Source} to {Target} is open.")]
    public static partial void CircuitOpened(this ILogger logger, PeerId source, PeerId target);

    [LoggerMessage(1803, LogLevel.Debug, "The circuit from {Source} to {Target} has ended: {Reason}")]
    public static partial void CircuitClosed(this ILogger logger, PeerId source, PeerId target, string reason);

    [LoggerMessage(1804, LogLevel.Debug, "{Source} was refused a circuit: {Status} ({Reason})")]
    public static partial void CircuitRefused(this ILogger logger, PeerId source, string status, string reason);

    [LoggerMessage(1810, LogLevel.Information, "{Relay} relays for us until {Expires}, at {Addresses} addresses.")]
    public static partial void RelayFound(this ILogger logger, PeerId relay, DateTimeOffset expires, int addresses);

    [LoggerMessage(1811, LogLevel.Debug, "{Relay} does not relay for us: {Reason}")]
    public static partial void RelayRefused(this ILogger logger, PeerId relay, string reason);

    [LoggerMessage(1812, LogLevel.Information, "{Relay} does not relay for us any more.")]
    public static partial void RelayLost(this ILogger logger, PeerId relay);

    [LoggerMessage(1813, LogLevel.Debug, "{Relay} announced a connection that was refused: {Reason}")]
    public static partial void InboundRefused(this ILogger logger, PeerId relay, string reason);

    [LoggerMessage(1814, LogLevel.Warning, "No relays could be looked up.")]
    public static partial void SourceFailed(this ILogger logger, Exception error);

    [LoggerMessage(1815, LogLevel.Warning, "{Relay} is not used as a relay, since it does not keep to the protocol: {Reason}")]
    public static partial void RelayMisbehaved(this ILogger logger, PeerId relay, string reason);
}
