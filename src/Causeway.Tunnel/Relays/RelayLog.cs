using Causeway.Tunnel.Protocol.Identity;
using Microsoft.Extensions.Logging;

namespace Causeway.Tunnel.Relays;

/// <summary>Log events of connections to relays, 3200–3299.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(3200, LogLevel.Information, "Connected to relay {Relay} at {Authority}")]
    public static partial void Connected(ILogger logger, TunnelPeerId relay, string authority);

    [LoggerMessage(3201, LogLevel.Warning, "No connection to the relay at {Authority}: {Problem}. Next attempt in {Seconds:0.0} s")]
    public static partial void NotConnected(ILogger logger, string authority, string problem, double seconds);

    [LoggerMessage(3202, LogLevel.Warning, "The clock of the relay at {Authority} differs from this machine's by {Seconds:0} s; handshakes fail if it is this machine's that is wrong")]
    public static partial void ClockDifference(ILogger logger, string authority, double seconds);

    [LoggerMessage(3203, LogLevel.Information, "The relay at {Authority} goes down within {Seconds:0} s")]
    public static partial void Draining(ILogger logger, string authority, double seconds);
}
