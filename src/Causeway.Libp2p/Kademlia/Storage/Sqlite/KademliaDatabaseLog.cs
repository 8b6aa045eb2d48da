using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Kademlia.Storage.Sqlite;

/// <summary>Log messages of the DHT's database (2150–2199).</summary>
internal static partial class KademliaDatabaseLog
{
    [LoggerMessage(2150, LogLevel.Warning, "The DHT's database is damaged and was moved to {MovedTo}. A new one is begun; what this node provides must be provided again. {Reason}")]
    public static partial void DatabaseMovedAside(this ILogger logger, string movedTo, string reason);
}
