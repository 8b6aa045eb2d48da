using Causeway.Storage;

namespace Causeway.Libp2p.Kademlia.Storage.Sqlite;

/// <summary>Values in a database.</summary>
internal sealed class SqliteRecordStore(Database database, KademliaDatabaseOptions options) : IRecordStore
{
    private const string Columns = "key, value, received, own, published";

    /// <inheritdoc/>
    public ValueTask<StoredRecord?> GetAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => database.ReadAsync(
        transaction =>
        {
            using var query = transaction.Prepare($"SELECT {Columns} FROM records WHERE key = ?1").Bind(1, key.Span);
            return query.Step() ? Read(query) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask PutAsync(StoredRecord record, CancellationToken cancellationToken = default) => new(database.WriteAsync(
        transaction =>
        {
            Remove(transaction, record.Key.Span);
            using var insert = transaction.Prepare($"INSERT INTO records ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5)");
            insert.Bind(1, record.Key.Span).Bind(2, record.Value.Span).Bind(3, record.ReceivedAt).Bind(4, record.IsOwn ? 1 : 0).Bind(5, record.PublishedAt).Execute();
            if (!record.IsOwn) MakeRoom(transaction);
        },
        cancellationToken));

    /// <inheritdoc/>
    public ValueTask RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) =>
        new(database.WriteAsync(transaction => Remove(transaction, key.Span), cancellationToken));

    /// <inheritdoc/>
    public ValueTask<int> RemoveExpiredAsync(DateTimeOffset receivedBefore, CancellationToken cancellationToken = default) => new(database.WriteAsync(
        transaction =>
        {
            using var delete = transaction.Prepare("DELETE FROM records WHERE own = 0 AND received < ?1").Bind(1, receivedBefore);
            return delete.Execute();
        },
        cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StoredRecord>> GetOwnAsync(CancellationToken cancellationToken = default) => database.ReadAsync<IReadOnlyList<StoredRecord>>(
        static transaction =>
        {
            var found = new List<StoredRecord>();
            using var query = transaction.Prepare($"SELECT {Columns} FROM records WHERE own = 1");
            while (query.Step()) found.Add(Read(query));
            return found;
        },
        cancellationToken);

    private static StoredRecord Read(Statement row) =>
        new(row.GetBlob(0).ToArray(), row.GetBlob(1).ToArray(), row.GetTime(2), row.GetInt64(3) != 0, row.GetOptionalTime(4));

    private static void Remove(Transaction transaction, ReadOnlySpan<byte> key)
    {
        using var delete = transaction.Prepare("DELETE FROM records WHERE key = ?1").Bind(1, key);
        delete.Execute();
    }

    private void MakeRoom(Transaction transaction)
    {
        using var totals = transaction.Prepare("SELECT 1 FROM totals WHERE records > 1 AND (records > ?1 OR bytes > ?2)");
        totals.Bind(1, options.MaxRecords).Bind(2, options.MaxRecordBytes);
        using var oldest = transaction.Prepare("DELETE FROM records WHERE id = (SELECT id FROM records WHERE own = 0 ORDER BY id LIMIT 1)");
        while (totals.Step())
        {
            oldest.Execute();
            totals.Reset();
        }
    }
}
