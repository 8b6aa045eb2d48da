using Causeway.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Libp2p.Kademlia.Storage.Sqlite;

/// <summary>
/// What a DHT node keeps across restarts, in one database file: values, provider records, and its routing table. Dispose it after the host.
/// <code>
/// await using var kept = await KademliaDatabase.OpenAsync("dht.db");
/// var options = new KademliaOptions { Records = kept.Records, Providers = kept.Providers, RoutingTable = kept.RoutingTable };
/// </code>
/// </summary>
public sealed class KademliaDatabase : IAsyncDisposable
{
    private readonly Database _database;

    private KademliaDatabase(Database database, KademliaDatabaseOptions options)
    {
        _database = database;
        Records = new SqliteRecordStore(database, options);
        Providers = new SqliteProviderStore(database, options);
        RoutingTable = new SqliteRoutingTableStore(database);
    }

    /// <summary>The values.</summary>
    public IRecordStore Records { get; }

    /// <summary>Who provides what, and what this node provides.</summary>
    public IProviderStore Providers { get; }

    /// <summary>The routing table.</summary>
    public IRoutingTableStore RoutingTable { get; }

    /// <summary>Opens the file, or makes it; a damaged one is moved aside with a warning.</summary>
    /// <exception cref="StorageException">It cannot be used, for another reason than damage.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<KademliaDatabase> OpenAsync(
        string path, KademliaDatabaseOptions? options = null, ILogger<KademliaDatabase>? logger = null, CancellationToken cancellationToken = default)
    {
        options ??= new KademliaDatabaseOptions();
        options.Validate();
        ILogger log = logger ?? NullLogger<KademliaDatabase>.Instance;
        var database = await Database.OpenOrBeginAnewAsync(
            path,
            KademliaSchema.Schema,
            new DatabaseOptions { Durability = options.Durability },
            (movedTo, error) => log.DatabaseMovedAside(movedTo, error.Message),
            cancellationToken);
        return new KademliaDatabase(database, options);
    }

    /// <summary>Writes what is under way and closes the file.</summary>
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
