using Causeway.Multiformats;
using Causeway.Storage.Postgres;
using Npgsql;

namespace Causeway.Ipfs.Stores.Postgres;

/// <summary>
/// A collection in PostgreSQL, one at a time whichever node runs it. It goes through the blocks in the order of their numbers. The lock that says so belongs to
/// a session: when that breaks, another collection may begin, and both are right about what they delete.
/// </summary>
internal sealed class PostgresSweep : ISweep
{
    private const int MaxDeletedPerStep = 256;
    private const int MaxRowsPerStep = 8192;

    private readonly PostgresDatabase _database;
    private readonly NpgsqlConnection _session;
    private readonly long _before;
    private long _last;
    private bool _isAtEnd;

    private PostgresSweep(PostgresDatabase database, NpgsqlConnection session, long before)
    {
        _database = database;
        _session = session;
        _before = before;
    }

    public static async Task<PostgresSweep?> BeginAsync(PostgresDatabase database, CancellationToken cancellationToken)
    {
        var session = await database.ConnectAsync(cancellationToken);
        try
        {
            var isOurs = (await session.Command("SELECT pg_try_advisory_lock(hashtextextended('causeway.blocks.collection.' || $1, 0))", database.Namespace)
                .ListAsync(static row => row.GetBoolean(0), cancellationToken))[0];
            if (isOurs) return new PostgresSweep(database, session, await database.WriteAsync(BeginEpochAsync, cancellationToken));
        }
        catch
        {
            await EndAsync(session);
            throw;
        }

        await session.DisposeAsync();
        return null;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<Multihash>?> FindAsync(Func<long, bool> isMarked, CancellationToken cancellationToken)
    {
        if (_isAtEnd) return null;
        var rows = await _database.ReadAsync(
            (connection, stop) => connection.Command("SELECT id, hash, epoch FROM blocks WHERE id > $1 ORDER BY id LIMIT $2", _last, MaxRowsPerStep)
                .ListAsync(static row => (Id: row.GetInt64(0), Hash: row.Bytes(1), Epoch: row.GetInt64(2)), stop),
            cancellationToken);
        var found = new List<Multihash>();
        foreach (var (id, hash, epoch) in rows)
        {
            _last = id;
            if (epoch < _before && !isMarked(id)) found.Add(Multihash.FromBytes(hash));
            if (found.Count == MaxDeletedPerStep) return found;
        }

        _isAtEnd = rows.Count < MaxRowsPerStep;
        return found;
    }

    /// <inheritdoc />
    public async ValueTask<SweptBlocks> DeleteAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken) =>
        await _database.WriteAsync((transaction, stop) => PostgresBlocks.DeleteAsync(transaction, hashes, _before, stop), cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => EndAsync(_session);

    // By name: in the pool a session would keep its locks until it is used again.
    private static async ValueTask EndAsync(NpgsqlConnection session)
    {
        await using (session)
        {
            try
            {
                await session.Command("SELECT pg_advisory_unlock_all()").RunAsync(CancellationToken.None);
            }
            catch (NpgsqlException)
            {
                // It broke, and its locks are gone with it.
            }
        }
    }

    // The row of the epoch is locked from its update to the commit: a hold that is not seen here is opened later, and is of the new epoch.
    private static async Task<long> BeginEpochAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var epoch = (await transaction.Command("UPDATE block_epoch SET epoch = epoch + 1 RETURNING epoch").ListAsync(static row => row.GetInt64(0), cancellationToken))[0];
        await transaction.Command("DELETE FROM block_holds WHERE expires < now()").RunAsync(cancellationToken);
        return (await transaction.Command("SELECT least(min(epoch), $1) FROM block_holds", epoch).ListAsync(static row => row.GetInt64(0), cancellationToken))[0];
    }
}
