using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Peers.Memory;

/// <summary>Log messages of the peer memory (2100–2149).</summary>
internal static partial class PeerMemoryLog
{
    [LoggerMessage(2100, LogLevel.Debug, "{Count} peers are remembered from {Path}.")]
    public static partial void Remembered(this ILogger logger, int count, string path);

    [LoggerMessage(2101, LogLevel.Warning, "What was remembered about peers is damaged and was moved to {MovedTo}; it is learnt anew. {Reason}")]
    public static partial void MovedAside(this ILogger logger, string movedTo, string reason);

    [LoggerMessage(2102, LogLevel.Warning, "What is known about peers cannot be written, and will be lost at a restart until it can: {Reason}")]
    public static partial void CannotWrite(this ILogger logger, string reason);

    [LoggerMessage(2103, LogLevel.Information, "What is known about peers is written again.")]
    public static partial void WritesAgain(this ILogger logger);
}
