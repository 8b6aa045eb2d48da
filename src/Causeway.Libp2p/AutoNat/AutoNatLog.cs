using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.AutoNat;

/// <summary>Log messages of AutoNAT (1700–1719).</summary>
internal static partial class AutoNatLog
{
    [LoggerMessage(1700, LogLevel.Information, "Whether others can dial this host: {Reachability}.")]
    public static partial void ReachabilityChanged(this ILogger logger, Reachability reachability);

    [LoggerMessage(1701, LogLevel.Debug, "{Peer} was asked to dial us back: {Outcome} {Address}")]
    public static partial void Probed(this ILogger logger, PeerId peer, string outcome, Multiaddress? address);

    [LoggerMessage(1702, LogLevel.Debug, "{Peer} did not answer whether it can dial us: {Reason}")]
    public static partial void ProbeFailed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(1703, LogLevel.Debug, "{Peer} asked to be dialed back: {Status} {Detail}")]
    public static partial void Answered(this ILogger logger, PeerId peer, string status, string detail);

    [LoggerMessage(1704, LogLevel.Debug, "{Peer} sent a dial-back that nobody waits for.")]
    public static partial void UnknownNonce(this ILogger logger, PeerId peer);

    [LoggerMessage(1705, LogLevel.Information, "{Address} is {Verdict} to others.")]
    public static partial void AddressJudged(this ILogger logger, Multiaddress address, string verdict);

    [LoggerMessage(1706, LogLevel.Error, "AutoNAT has stopped asking.")]
    public static partial void LoopFailed(this ILogger logger, Exception error);
}
