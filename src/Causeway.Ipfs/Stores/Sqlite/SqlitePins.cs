using Causeway.Ipfs.Pins;
using Causeway.Multiformats;
using Causeway.Storage;

namespace Causeway.Ipfs.Stores.Sqlite;

/// <summary>Pins in a database.</summary>
internal static class SqlitePins
{
    public static void Add(Transaction transaction, Pin pin)
    {
        using var insert = transaction.Prepare("INSERT OR IGNORE INTO pins VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        Bind(insert, pin.Key).Bind(5, pin.Blocks).Bind(6, pin.Bytes).Bind(7, pin.CreatedAt.UtcTicks);
        if (insert.Execute() == 0) return;

        // With the new one in it; when this throws, it is not.
        PinQuota.Check(pin, UsageOf(transaction, pin.Key.Owner));
    }

    public static bool Remove(Transaction transaction, PinKey key)
    {
        using var delete = transaction.Prepare("DELETE FROM pins WHERE owner = ?1 AND name = ?2 AND root = ?3 AND kind = ?4");
        return Bind(delete, key).Execute() > 0;
    }

    public static IReadOnlyList<Pin> List(Transaction transaction, string? owner, PinKey? after, int limit)
    {
        var pins = new List<Pin>();
        using var query = transaction.Prepare(
            """
            SELECT owner, name, root, kind, blocks, bytes, created FROM pins
            WHERE (owner, name, root, kind) > (?1, ?2, ?3, ?4) AND (?5 IS NULL OR owner = ?5) ORDER BY owner, name, root, kind LIMIT ?6
            """);
        if (after is not null) Bind(query, after);
        else query.Bind(1, owner ?? "").Bind(2, "").Bind(3, []).Bind(4, -1);
        query.Bind(5, owner).Bind(6, limit);
        while (query.Step())
        {
            var key = new PinKey(query.GetString(0)!, query.GetString(1)!, Cid.FromBytes(query.GetBlob(2)), (PinKind)query.GetInt64(3));
            pins.Add(new Pin(key, query.GetInt64(4), query.GetInt64(5), new DateTimeOffset(query.GetInt64(6), TimeSpan.Zero)));
        }

        return pins;
    }

    public static void SetQuota(Transaction transaction, string owner, long? maxBytes)
    {
        using var statement = transaction.Prepare(maxBytes is null ? "DELETE FROM quotas WHERE owner = ?1" : "INSERT OR REPLACE INTO quotas VALUES (?1, ?2)");
        statement.Bind(1, owner);
        if (maxBytes is { } bytes) statement.Bind(2, bytes);
        statement.Execute();
    }

    public static PinUsage UsageOf(Transaction transaction, string owner)
    {
        using var query = transaction.Prepare("SELECT count(*), coalesce(sum(bytes), 0), (SELECT bytes FROM quotas WHERE owner = ?1) FROM pins WHERE owner = ?1");
        query.Bind(1, owner).Step();
        return new PinUsage(query.GetInt64(0), query.GetInt64(1), query.IsNull(2) ? null : query.GetInt64(2));
    }

    private static Statement Bind(Statement statement, PinKey key) =>
        statement.Bind(1, key.Owner).Bind(2, key.Name).Bind(3, key.Root.Bytes.Span).Bind(4, (long)key.Kind);
}
