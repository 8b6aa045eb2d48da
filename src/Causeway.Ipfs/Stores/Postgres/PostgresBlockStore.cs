using Causeway.Storage;
using Causeway.Storage.Postgres;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Ipfs.Stores.Postgres;

/// <summary>
/// Blocks, and their pins, in a PostgreSQL database that any number of nodes share: what one puts the others have, and what one pins or holds none of them
/// collects.
/// </summary>
public sealed class PostgresBlockStore : PersistentBlockStore
{
    private PostgresBlockStore(PostgresBlockTable table, TimeProvider time)
        : base(table, time)
    {
    }

    /// <summary>Connects, and makes the tables where they are missing.</summary>
    /// <param name="options">The database, and how blocks are kept in it.</param>
    /// <param name="time">The clock, for the dates of pins and to say often enough that this node lives.</param>
    /// <param name="logger">Told when the node's holds were in danger.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageException">The database cannot be used; the message says what to do.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or there is no connection string.</exception>
    public static async Task<PostgresBlockStore> OpenAsync(
        PostgresBlockStoreOptions? options = null, TimeProvider? time = null, ILogger<PostgresBlockStore>? logger = null, CancellationToken cancellationToken = default)
    {
        options ??= new PostgresBlockStoreOptions();
        options.Validate();
        time ??= TimeProvider.System;
        var database = await PostgresDatabase.OpenAsync(PostgresBlockSchema.Schema, options.Database, cancellationToken);
        var holds = new PostgresHolds(database, options.HoldLease, time, logger ?? NullLogger<PostgresBlockStore>.Instance);
        return new PostgresBlockStore(new PostgresBlockTable(database, holds, options.MaxBytes), time);
    }
}
