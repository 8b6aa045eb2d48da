using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Ipfs.Bitswap;

/// <summary>Log messages of Bitswap (7000–7099).</summary>
internal static partial class BitswapLog
{
    [LoggerMessage(7000, LogLevel.Debug, "The Bitswap stream to {Peer} is open.")]
    public static partial void StreamOpened(this ILogger logger, PeerId peer);

    [LoggerMessage(7001, LogLevel.Debug, "A message could not be sent to {Peer}: {Reason}")]
    public static partial void SendFailed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(7002, LogLevel.Information, "{Peer} sent what nobody asked for, or no message at all; it is not asked for blocks any more: {Reason}")]
    public static partial void WrongMessage(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(7003, LogLevel.Warning, "{Peer} did so too often; it is disconnected and ignored for {Time}.")]
    public static partial void Banned(this ILogger logger, PeerId peer, TimeSpan time);

    [LoggerMessage(7004, LogLevel.Debug, "Providers of {Cid} are searched for.")]
    public static partial void Searching(this ILogger logger, Cid cid);

    [LoggerMessage(7005, LogLevel.Debug, "The search for providers of {Cid} failed: {Reason}")]
    public static partial void SearchFailed(this ILogger logger, Cid cid, string reason);

    [LoggerMessage(7006, LogLevel.Debug, "{Peer}, which provides {Cid}, could not be connected: {Reason}")]
    public static partial void DialFailed(this ILogger logger, PeerId peer, Cid cid, string reason);

    [LoggerMessage(7007, LogLevel.Warning, "Blocks that came could not be stored: {Reason}")]
    public static partial void StoreFailed(this ILogger logger, string reason);

    [LoggerMessage(7008, LogLevel.Error, "What {Peer} sent could not be processed.")]
    public static partial void ProcessingFailed(this ILogger logger, PeerId peer, Exception error);

    [LoggerMessage(7009, LogLevel.Warning, "A block that {Peer} wants could not be read: {Reason}")]
    public static partial void ReadFailed(this ILogger logger, PeerId peer, string reason);

    [LoggerMessage(7010, LogLevel.Debug, "{Cid} could not be announced: {Reason}")]
    public static partial void ProvideFailed(this ILogger logger, Cid cid, string reason);
}
