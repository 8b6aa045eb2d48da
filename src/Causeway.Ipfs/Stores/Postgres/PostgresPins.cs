using Causeway.Ipfs.Pins;
using Causeway.Multiformats;
using Npgsql;

namespace Causeway.Ipfs.Stores.Postgres;

/// <summary>Pins in PostgreSQL.</summary>
internal static class PostgresPins
{
    public static async Task<bool> AddAsync(NpgsqlTransaction transaction, Pin pin, CancellationToken cancellationToken)
    {
        // Of several that pin for one owner the second waits here, and counts the first one's.
        await transaction.Command("SELECT FROM pin_quotas WHERE owner = $1 FOR UPDATE", pin.Key.Owner).RunAsync(cancellationToken);
        var added = await transaction.Command(
            "INSERT INTO pins VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING", [.. ValuesOf(pin.Key), pin.Blocks, pin.Bytes, pin.CreatedAt.ToUniversalTime()])
            .RunAsync(cancellationToken);

        // With the new one in it; when this throws, it is not.
        if (added > 0) PinQuota.Check(pin, await UsageOfAsync(transaction.Connection!, pin.Key.Owner, cancellationToken));
        return added > 0;
    }

    public static async Task<bool> RemoveAsync(NpgsqlTransaction transaction, PinKey key, CancellationToken cancellationToken) =>
        await transaction.Command("DELETE FROM pins WHERE owner = $1 AND name = $2 AND root = $3 AND kind = $4", ValuesOf(key)).RunAsync(cancellationToken) > 0;

    public static async Task<IReadOnlyList<Pin>> ListAsync(NpgsqlConnection connection, string? owner, PinKey? after, int limit, CancellationToken cancellationToken)
    {
        object[] from = after is null ? [owner ?? "", "", Array.Empty<byte>(), (short)-1] : ValuesOf(after);
        return await connection.Command(
            $"""
            SELECT owner, name, root, kind, blocks, bytes, created FROM pins
            WHERE (owner, name, root, kind) > ($1, $2, $3, $4) {(owner is null ? "" : "AND owner = $6")} ORDER BY owner, name, root, kind LIMIT $5
            """,
            owner is null ? [.. from, limit] : [.. from, limit, owner]).ListAsync(
            static row =>
            {
                var key = new PinKey(row.GetString(0), row.GetString(1), Cid.FromBytes(row.Bytes(2)), (PinKind)row.GetInt16(3));
                return new Pin(key, row.GetInt64(4), row.GetInt64(5), row.GetFieldValue<DateTimeOffset>(6));
            },
            cancellationToken);
    }

    public static async Task<bool> SetQuotaAsync(NpgsqlTransaction transaction, string owner, long? maxBytes, CancellationToken cancellationToken)
    {
        var command = maxBytes is { } bytes
            ? transaction.Command("INSERT INTO pin_quotas VALUES ($1, $2) ON CONFLICT (owner) DO UPDATE SET bytes = excluded.bytes", owner, bytes)
            : transaction.Command("DELETE FROM pin_quotas WHERE owner = $1", owner);
        return await command.RunAsync(cancellationToken) > 0;
    }

    public static async Task<PinUsage> UsageOfAsync(NpgsqlConnection connection, string owner, CancellationToken cancellationToken) =>
        (await connection.Command(
            "SELECT count(*), coalesce(sum(bytes), 0)::bigint, (SELECT bytes FROM pin_quotas WHERE owner = $1) FROM pins WHERE owner = $1", owner).ListAsync(
            static row => new PinUsage(row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2)), cancellationToken))[0];

    private static object[] ValuesOf(PinKey key) => [key.Owner, key.Name, key.Root.Bytes.ToArrayOrSelf(), (short)key.Kind];
}
