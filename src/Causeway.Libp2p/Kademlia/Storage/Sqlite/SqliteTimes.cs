using Causeway.Storage;

namespace Causeway.Libp2p.Kademlia.Storage.Sqlite;

/// <summary>Points in time as columns: UTC ticks, or NULL.</summary>
internal static class SqliteTimes
{
    public static Statement Bind(this Statement statement, int index, DateTimeOffset? time) =>
        time is { } known ? statement.Bind(index, known.UtcTicks) : statement.BindNull(index);

    public static DateTimeOffset GetTime(this Statement row, int column) =>
        new(Math.Clamp(row.GetInt64(column), 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);

    public static DateTimeOffset? GetOptionalTime(this Statement row, int column) => row.IsNull(column) ? null : row.GetTime(column);
}
