using Causeway.Multiformats;
using Causeway.Storage;

namespace Causeway.Ipfs.Stores.Sqlite;

/// <summary>A collection in an SQLite file. It goes through the blocks in the order of their hashes.</summary>
internal sealed class SqliteSweep : ISweep
{
    // Each step holds writers up for as long as it takes to delete this many.
    private const int MaxDeletedPerStep = 256;
    private const int MaxRowsPerStep = 8192;

    private readonly Database _database;
    private readonly SqliteBlocks _blocks;
    private readonly long _before;
    private readonly Action _end;
    private byte[] _last = [];
    private bool _isAtEnd;

    private SqliteSweep(Database database, SqliteBlocks blocks, long before, Action end)
    {
        _database = database;
        _blocks = blocks;
        _before = before;
        _end = end;
    }

    public static long EpochOf(Transaction transaction)
    {
        using var query = transaction.Prepare("SELECT epoch FROM state");
        return query.Step() ? query.GetInt64(0) : throw new InvalidOperationException("The store has no epoch.");
    }

    public static async Task<SqliteSweep> BeginAsync(Database database, SqliteBlocks blocks, BlockHolds holds, Action end, CancellationToken cancellationToken)
    {
        // On the writer: a put that comes later is of this epoch.
        var before = await database.WriteAsync(
            transaction =>
            {
                // What is put from here on is of the new epoch, and no concern of this collection.
                blocks.Settle(transaction);
                _ = transaction.Execute("UPDATE state SET epoch = epoch + 1");
                return holds.Begin(EpochOf(transaction));
            },
            cancellationToken);
        return new SqliteSweep(database, blocks, before, end);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<Multihash>?> FindAsync(Func<long, bool> isMarked, CancellationToken cancellationToken) =>
        _database.ReadAsync<IReadOnlyList<Multihash>?>(transaction => Find(transaction, isMarked), cancellationToken);

    /// <inheritdoc />
    public async ValueTask<SweptBlocks> DeleteAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken)
    {
        var swept = await _database.WriteAsync(transaction => SqliteBlocks.Delete(transaction, hashes, _before), cancellationToken);
        _blocks.Count(-swept.Count, -swept.Bytes);
        return swept;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _end();
        return ValueTask.CompletedTask;
    }

    private List<Multihash>? Find(Transaction transaction, Func<long, bool> isMarked)
    {
        if (_isAtEnd) return null;
        var found = new List<Multihash>();
        using var query = transaction.Prepare("SELECT hash, id, epoch FROM blocks WHERE hash > ?1 ORDER BY hash");
        query.Bind(1, _last);
        for (var rows = 0; rows < MaxRowsPerStep && found.Count < MaxDeletedPerStep; rows++)
        {
            _isAtEnd = !query.Step();
            if (_isAtEnd) break;
            _last = query.GetBlob(0).ToArray();
            if (query.GetInt64(2) < _before && !isMarked(query.GetInt64(1))) found.Add(Multihash.FromBytes(_last));
        }

        return found;
    }
}
