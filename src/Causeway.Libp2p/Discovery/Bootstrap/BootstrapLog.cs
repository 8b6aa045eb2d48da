using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Discovery.Bootstrap;

/// <summary>Log messages of bootstrapping (2200–2299).</summary>
internal static partial class BootstrapLog
{
    [LoggerMessage(
        2200, LogLevel.Warning, "None of the {Count} bootstrap peers can be reached; other peers are found only by other means. They are tried again. "
        + "Check the network and the addresses. The last error: {Reason}")]
    public static partial void NoneReachable(this ILogger logger, int count, string reason);

    [LoggerMessage(2201, LogLevel.Information, "A bootstrap peer is reached again.")]
    public static partial void ReachableAgain(this ILogger logger);

    [LoggerMessage(2202, LogLevel.Debug, "Bootstrap peer {Peer} is connected.")]
    public static partial void BootstrapPeerConnected(this ILogger logger, PeerId peer);

    [LoggerMessage(2203, LogLevel.Debug, "Bootstrap peer at {Address} cannot be reached: {Reason}")]
    public static partial void BootstrapPeerFailed(this ILogger logger, Multiaddress address, string reason);

    [LoggerMessage(2204, LogLevel.Error, "Bootstrapping ended for an unforeseen reason; restart to begin anew.")]
    public static partial void BootstrapEnded(this ILogger logger, Exception error);
}
