using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;
using Npgsql;

namespace Causeway.Ipfs.Stores.Postgres;

/// <summary>Blocks in PostgreSQL. In transactions of "read committed" a statement that waited for a row looks at it again as it is then.</summary>
internal static class PostgresBlocks
{
    public static async Task<BlockEntry?[]> FindAsync(NpgsqlConnection connection, IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken)
    {
        var rows = await connection.Command("SELECT hash, id, length, epoch FROM blocks WHERE hash = ANY ($1)", ArrayOf(hashes)).ListAsync(
            static row => (Hash: Multihash.FromBytes(row.Bytes(0)), Entry: new BlockEntry(row.GetInt64(1), row.GetInt32(2), row.GetInt64(3))), cancellationToken);
        var found = rows.ToDictionary(static row => row.Hash, static row => row.Entry);
        return [.. hashes.Select(hash => found.TryGetValue(hash, out var entry) ? entry : (BlockEntry?)null)];
    }

    public static async Task<BlockEntry?[]> TouchAsync(NpgsqlTransaction transaction, IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken)
    {
        await transaction.Command(
            """
            UPDATE blocks SET epoch = now.epoch FROM block_epoch AS now
            WHERE blocks.id IN (SELECT id FROM blocks WHERE hash = ANY ($1) ORDER BY hash FOR UPDATE) AND blocks.epoch < now.epoch
            """,
            ArrayOf(hashes)).RunAsync(cancellationToken);
        return await FindAsync(transaction.Connection!, hashes, cancellationToken);
    }

    public static async Task<StoredBlock?> ReadAsync(NpgsqlCommand query, CancellationToken cancellationToken) =>
        (await query.ListAsync(static row => new StoredBlock(row.Bytes(0), row.Bytes(1), row.GetInt64(2)), cancellationToken)).FirstOrDefault();

    public static async Task<bool> PutAsync(NpgsqlTransaction transaction, Block[] blocks, long maxBytes, CancellationToken cancellationToken)
    {
        // A row that was just inserted has nobody who deleted or locked it (its xmax is 0); one that was there was updated, or was left alone and is not told.
        var (count, bytes) = (await transaction.Command(
            """
            WITH put AS (
                INSERT INTO blocks (hash, length, epoch, data)
                SELECT hash, octet_length(data), (SELECT epoch FROM block_epoch), data FROM unnest($1, $2) AS new (hash, data)
                ON CONFLICT (hash) DO UPDATE SET epoch = excluded.epoch WHERE blocks.epoch < excluded.epoch
                RETURNING length, xmax = 0 AS is_new
            )
            SELECT count(*), coalesce(sum(length), 0)::bigint FROM put WHERE is_new
            """,
            ArrayOf(blocks.Select(static block => block.Cid.Hash)),
            blocks.Select(static block => block.Data.ToArrayOrSelf()).ToArray()).ListAsync(static row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken))[0];
        if (count == 0) return true;
        var isRoom = await transaction.Command(
            "UPDATE block_totals SET blocks = blocks + $1, bytes = bytes + $2 WHERE bytes <= $3::bigint - $2", count, bytes, maxBytes).RunAsync(cancellationToken) > 0;
        return isRoom ? true : throw StoreQuota.Exceeded(maxBytes);
    }

    /// <summary>Deletes those that are of an epoch before one.</summary>
    public static async Task<SweptBlocks> DeleteAsync(NpgsqlTransaction transaction, IReadOnlyList<Multihash> hashes, long before, CancellationToken cancellationToken)
    {
        var swept = (await transaction.Command(
            """
            WITH gone AS (DELETE FROM blocks WHERE hash = ANY ($1) AND epoch < $2 RETURNING length)
            SELECT count(*), coalesce(sum(length), 0)::bigint FROM gone
            """,
            ArrayOf(hashes),
            before).ListAsync(static row => new SweptBlocks(row.GetInt64(0), row.GetInt64(1)), cancellationToken))[0];
        if (swept.Count > 0)
            await transaction.Command("UPDATE block_totals SET blocks = blocks - $1, bytes = bytes - $2", swept.Count, swept.Bytes).RunAsync(cancellationToken);
        return swept;
    }

    // One value, not many: an array of arrays would pass for the list of values itself.
    private static NpgsqlParameter ArrayOf(IEnumerable<Multihash> hashes) => new() { Value = hashes.Select(static hash => hash.Bytes.ToArrayOrSelf()).ToArray() };
}
