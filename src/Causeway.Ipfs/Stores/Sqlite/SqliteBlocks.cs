using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;
using Causeway.Storage;

namespace Causeway.Ipfs.Stores.Sqlite;

/// <summary>Blocks in a database. Totals and the next number are in memory: a page less for each commit to write.</summary>
internal sealed class SqliteBlocks
{
    // As many as share a few pages.
    private const int MaxRecent = 4096;

    private readonly Database _database;
    private readonly BlockHolds _holds;
    private readonly long _maxBytes;
    private long _nextId;
    private long _count;
    private long _bytes;
    private long _recent;

    private SqliteBlocks(Database database, BlockHolds holds, long maxBytes, (long NextId, long Count, long Bytes, long Recent) totals)
    {
        _database = database;
        _holds = holds;
        _maxBytes = maxBytes;
        (_nextId, _count, _bytes, _recent) = totals;
    }

    public StoreUsage Usage => new(Interlocked.Read(ref _count), Interlocked.Read(ref _bytes), _maxBytes);

    public static async Task<SqliteBlocks> OpenAsync(Database database, BlockHolds holds, long maxBytes, CancellationToken cancellationToken)
    {
        var totals = await database.ReadAsync(
            static transaction =>
            {
                using var query = transaction.Prepare(
                    "SELECT (SELECT coalesce(max(id), 0) + 1 FROM data), count(*), coalesce(sum(length), 0), (SELECT count(*) FROM recent) FROM entries");
                query.Step();
                return (query.GetInt64(0), query.GetInt64(1), query.GetInt64(2), query.GetInt64(3));
            },
            cancellationToken);
        return new SqliteBlocks(database, holds, maxBytes, totals);
    }

    public static BlockEntry?[] Find(Transaction transaction, IReadOnlyList<Multihash> hashes)
    {
        var found = new BlockEntry?[hashes.Count];
        using var query = transaction.Prepare("SELECT id, length, epoch FROM entries WHERE hash = ?1");
        for (var i = 0; i < found.Length; i++)
        {
            query.Reset();
            if (query.Bind(1, hashes[i].Bytes.Span).Step()) found[i] = new BlockEntry(query.GetInt64(0), (int)query.GetInt64(1), query.GetInt64(2));
        }

        return found;
    }

    public static StoredBlock? Read(Transaction transaction, Multihash hash)
    {
        using var query = transaction.Prepare("SELECT bytes, epoch FROM entries JOIN data ON data.id = entries.id WHERE entries.hash = ?1");
        return query.Bind(1, hash.Bytes.Span).Step() ? new StoredBlock(hash.Bytes, query.GetBlob(0).ToArray(), query.GetInt64(1)) : null;
    }

    public static StoredBlock? Read(Transaction transaction, long id)
    {
        using var query = transaction.Prepare("SELECT hash, bytes FROM data WHERE id = ?1");
        if (!query.Bind(1, id).Step()) return null;
        using var entry = transaction.Prepare("SELECT epoch FROM entries WHERE hash = ?1");
        return entry.Bind(1, query.GetBlob(0)).Step() ? new StoredBlock(query.GetBlob(0).ToArray(), query.GetBlob(1).ToArray(), entry.GetInt64(0)) : null;
    }

    public async ValueTask<BlockEntry?[]> TouchAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken)
    {
        // Most are of this epoch already, and then nothing is written.
        var found = await _database.ReadAsync(transaction => Find(transaction, hashes), cancellationToken);
        var newest = _holds.Newest;
        if (!found.Any(entry => entry is { } old && (newest < 0 || old.Epoch < newest))) return found;
        return await _database.WriteAsync(
            transaction =>
            {
                foreach (var hash in hashes) Touch(transaction, hash);
                return Find(transaction, hashes);
            },
            cancellationToken);
    }

    public async ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken)
    {
        // Counted while the write runs, so that the next one of the same commit knows, and taken back when nothing came of it.
        var added = default((long Count, long Bytes));
        try
        {
            await _database.WriteAsync(
                transaction =>
                {
                    added = Put(transaction, blocks);
                    Count(added.Count, added.Bytes);
                },
                cancellationToken);
        }
        catch
        {
            Count(-added.Count, -added.Bytes);
            throw;
        }
    }

    public async ValueTask DeleteAsync(IReadOnlyList<Multihash> hashes, CancellationToken cancellationToken)
    {
        var removed = await _database.WriteAsync(transaction => Delete(transaction, hashes, long.MaxValue), cancellationToken);
        Count(-removed.Count, -removed.Bytes);
    }

    /// <summary>Deletes those that are of an epoch before one.</summary>
    public static SweptBlocks Delete(Transaction transaction, IEnumerable<Multihash> hashes, long before)
    {
        var (count, bytes) = (0L, 0L);
        using var query = transaction.Prepare("SELECT id, length FROM entries WHERE hash = ?1 AND epoch < ?2");
        using var entry = transaction.Prepare("DELETE FROM blocks WHERE hash = ?1");
        using var recent = transaction.Prepare("DELETE FROM recent WHERE hash = ?1");
        using var data = transaction.Prepare("DELETE FROM data WHERE id = ?1");
        foreach (var hash in hashes)
        {
            query.Reset();
            if (!query.Bind(1, hash.Bytes.Span).Bind(2, before).Step()) continue;
            var (id, length) = (query.GetInt64(0), query.GetInt64(1));
            query.Reset();
            if (entry.Bind(1, hash.Bytes.Span).Execute() == 0) recent.Bind(1, hash.Bytes.Span).Execute();
            data.Bind(1, id).Execute();
            count++;
            bytes += length;
        }

        return new SweptBlocks(count, bytes);
    }

    /// <summary>Adds to the totals.</summary>
    public void Count(long blocks, long bytes)
    {
        Interlocked.Add(ref _count, blocks);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Takes the small index into the large one.</summary>
    public void Settle(Transaction transaction)
    {
        _ = transaction.Execute("INSERT INTO blocks SELECT hash, id, length, epoch FROM recent ORDER BY hash");
        _ = transaction.Execute("DELETE FROM recent");
        _recent = 0;
    }

    private (long Count, long Bytes) Put(Transaction transaction, IReadOnlyList<Block> blocks)
    {
        var (count, bytes) = (0L, 0L);
        using var query = transaction.Prepare("SELECT epoch FROM entries WHERE hash = ?1");
        using var entry = transaction.Prepare("INSERT INTO recent VALUES (?1, ?2, ?3, ?4)");
        using var data = transaction.Prepare("INSERT INTO data VALUES (?1, ?2, ?3)");
        foreach (var block in blocks)
        {
            var hash = block.Cid.Hash;
            if (hash.Code == MultihashCode.Identity) continue;
            query.Reset();
            if (query.Bind(1, hash.Bytes.Span).Step())
            {
                if (query.GetInt64(0) < _holds.Epoch) Touch(transaction, hash);
                continue;
            }

            count++;
            bytes += block.Data.Length;
            if (bytes > _maxBytes - Interlocked.Read(ref _bytes)) throw StoreQuota.Exceeded(_maxBytes);
            entry.Bind(1, hash.Bytes.Span).Bind(2, _nextId).Bind(3, block.Data.Length).Bind(4, _holds.Epoch).Execute();
            data.Bind(1, _nextId++).Bind(2, hash.Bytes.Span).Execute(3, block.Data.Span);
        }

        // Counted too often where a put is taken back, which does no harm.
        _recent += count;
        if (_recent >= MaxRecent) Settle(transaction);
        return (count, bytes);
    }

    private void Touch(Transaction transaction, Multihash hash)
    {
        using var entry = transaction.Prepare("UPDATE blocks SET epoch = ?2 WHERE hash = ?1 AND epoch < ?2");
        using var recent = transaction.Prepare("UPDATE recent SET epoch = ?2 WHERE hash = ?1 AND epoch < ?2");
        if (entry.Bind(1, hash.Bytes.Span).Bind(2, _holds.Epoch).Execute() == 0) recent.Bind(1, hash.Bytes.Span).Bind(2, _holds.Epoch).Execute();
    }
}
