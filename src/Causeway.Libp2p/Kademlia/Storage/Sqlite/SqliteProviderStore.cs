using Causeway.Multiformats;
using Causeway.Storage;

namespace Causeway.Libp2p.Kademlia.Storage.Sqlite;

/// <summary>Provider records in a database.</summary>
internal sealed class SqliteProviderStore(Database database, KademliaDatabaseOptions options) : IProviderStore
{
    /// <inheritdoc/>
    public ValueTask AddAsync(ProviderRecord record, CancellationToken cancellationToken = default) => new(database.WriteAsync(
        transaction =>
        {
            Remove(transaction, record.Key.Span, record.Provider);
            using var insert = transaction.Prepare("INSERT INTO providers (key, provider, addresses, expires) VALUES (?1, ?2, ?3, ?4)");
            insert.Bind(1, record.Key.Span).Bind(2, record.Provider.Span).Bind(3, AddressList.Encode(record.Addresses)).Bind(4, record.Expires).Execute();
            MakeRoom(transaction, record);
        },
        cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ProviderRecord>> GetAsync(
        ReadOnlyMemory<byte> key, DateTimeOffset now, int limit, CancellationToken cancellationToken = default) => database.ReadAsync<IReadOnlyList<ProviderRecord>>(
        transaction =>
        {
            var found = new List<ProviderRecord>();
            using var query = transaction.Prepare(
                "SELECT provider, addresses, expires FROM providers WHERE key = ?1 AND expires > ?2 ORDER BY expires DESC, id DESC LIMIT ?3");
            query.Bind(1, key.Span).Bind(2, now).Bind(3, limit);
            var copy = key.ToArray();
            while (query.Step())
            {
                if (PeerId.TryFromBytes(query.GetBlob(0), out var provider))
                    found.Add(new ProviderRecord(copy, provider, AddressList.Decode(query.GetBlob(1)), query.GetTime(2)));
            }

            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask RemoveAsync(ReadOnlyMemory<byte> key, PeerId provider, CancellationToken cancellationToken = default) =>
        new(database.WriteAsync(transaction => Remove(transaction, key.Span, provider), cancellationToken));

    /// <inheritdoc/>
    public ValueTask<int> RemoveExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken = default) => new(database.WriteAsync(
        transaction =>
        {
            using var delete = transaction.Prepare("DELETE FROM providers WHERE expires <= ?1").Bind(1, now);
            return delete.Execute();
        },
        cancellationToken));

    /// <inheritdoc/>
    public ValueTask SetOwnAsync(ProvidedKey key, CancellationToken cancellationToken = default) => new(database.WriteAsync(
        transaction =>
        {
            using var insert = transaction.Prepare("INSERT INTO provided VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET told = excluded.told");
            insert.Bind(1, key.Key.Span).Bind(2, key.ProvidedAt).Execute();
        },
        cancellationToken));

    /// <inheritdoc/>
    public ValueTask RemoveOwnAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => new(database.WriteAsync(
        transaction =>
        {
            using var delete = transaction.Prepare("DELETE FROM provided WHERE key = ?1").Bind(1, key.Span);
            delete.Execute();
        },
        cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ProvidedKey>> GetOwnAsync(CancellationToken cancellationToken = default) => database.ReadAsync<IReadOnlyList<ProvidedKey>>(
        static transaction =>
        {
            var found = new List<ProvidedKey>();
            using var query = transaction.Prepare("SELECT key, told FROM provided");
            while (query.Step()) found.Add(new ProvidedKey(query.GetBlob(0).ToArray(), query.GetOptionalTime(1)));
            return found;
        },
        cancellationToken);

    private static void Remove(Transaction transaction, ReadOnlySpan<byte> key, PeerId provider)
    {
        using var delete = transaction.Prepare("DELETE FROM providers WHERE key = ?1 AND provider = ?2").Bind(1, key).Bind(2, provider.Span);
        delete.Execute();
    }

    private void MakeRoom(Transaction transaction, ProviderRecord added)
    {
        using var ofKey = transaction.Prepare(
            "DELETE FROM providers WHERE id IN (SELECT id FROM providers WHERE key = ?1 ORDER BY expires DESC, id DESC LIMIT -1 OFFSET ?2)");
        ofKey.Bind(1, added.Key.Span).Bind(2, options.MaxProvidersPerKey).Execute();
        using var ofProvider = transaction.Prepare(
            "DELETE FROM providers WHERE id IN (SELECT id FROM providers WHERE provider = ?1 ORDER BY expires DESC, id DESC LIMIT -1 OFFSET ?2)");
        ofProvider.Bind(1, added.Provider.Span).Bind(2, options.MaxKeysPerProvider).Execute();
        using var ofAll = transaction.Prepare(
            "DELETE FROM providers WHERE id IN (SELECT id FROM providers ORDER BY expires, id LIMIT max(0, (SELECT providers FROM totals) - ?1))");
        ofAll.Bind(1, options.MaxProviderRecords).Execute();
    }
}
