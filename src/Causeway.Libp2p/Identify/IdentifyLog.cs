using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Identify;

/// <summary>Log messages of Identify and Ping (1400–1499).</summary>
internal static partial class IdentifyLog
{
    [LoggerMessage(1400, LogLevel.Debug, "{Peer} is {Agent}, speaks {Protocols} protocols and has {Addresses} addresses.")]
    public static partial void Identified(this ILogger logger, PeerId peer, string agent, int protocols, int addresses);

    [LoggerMessage(1401, LogLevel.Debug, "{Peer} did not identify itself: {Reason}")]
    public static partial void IdentifyFailed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1402, LogLevel.Debug, "A change could not be pushed to {Peer}: {Reason}")]
    public static partial void PushFailed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1403, LogLevel.Debug, "The signed record of {Peer} was not taken: not valid, not its own, or older than the one known.")]
    public static partial void RecordRefused(this ILogger logger, PeerId peer);
}
