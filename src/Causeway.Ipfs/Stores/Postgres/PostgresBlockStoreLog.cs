using Microsoft.Extensions.Logging;

namespace Causeway.Ipfs.Stores.Postgres;

/// <summary>Log messages of blocks in PostgreSQL (4250–4299).</summary>
internal static partial class PostgresBlockStoreLog
{
    [LoggerMessage(4250, LogLevel.Warning, "This node could not tell PostgreSQL that it lives; it tries again. When it fails for long, other nodes may collect what is on the way here.")]
    public static partial void HoldsNotProlonged(this ILogger logger, Exception error);

    [LoggerMessage(4251, LogLevel.Warning, "{Lost} holds of this node had run out. What was on the way may have been collected; then pinning it will say which blocks are missing.")]
    public static partial void HoldsLost(this ILogger logger, long lost);

    [LoggerMessage(4252, LogLevel.Information, "A hold could not be removed from PostgreSQL; it runs out by itself.")]
    public static partial void HoldNotRemoved(this ILogger logger, Exception error);
}
