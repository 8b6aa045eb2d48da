using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.HolePunching;

/// <summary>Log messages of hole punching (1900–1999).</summary>
internal static partial class HolePunchLog
{
    [LoggerMessage(1900, LogLevel.Debug, "Punching to {Peer}, attempt {Attempt}, {Addresses} addresses, round trip {RoundTrip}.")]
    public static partial void Punching(this ILogger logger, PeerId peer, int attempt, int addresses, TimeSpan roundTrip);

    [LoggerMessage(1901, LogLevel.Debug, "{Peer} is connected directly after {Attempts} attempts to punch.")]
    public static partial void Direct(this ILogger logger, PeerId peer, int attempts);

    [LoggerMessage(1902, LogLevel.Debug, "{Peer} could not be reached directly: {Reason}")]
    public static partial void Failed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1903, LogLevel.Error, "Hole punching with {Peer} has ended unexpectedly.")]
    public static partial void Broken(this ILogger logger, PeerId peer, Exception error);
}
