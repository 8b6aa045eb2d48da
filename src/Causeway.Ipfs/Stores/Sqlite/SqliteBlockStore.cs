using Causeway.Storage;

namespace Causeway.Ipfs.Stores.Sqlite;

/// <summary>
/// Blocks, and their pins, in one file that one process has open. What was acknowledged survives <c>kill -9</c> at any moment.
/// <code>
/// await using var store = await SqliteBlockStore.OpenAsync("blocks.db");
/// await store.PutAsync([Block.Create(Multicodec.Raw, bytes)]);
/// </code>
/// </summary>
public sealed class SqliteBlockStore : PersistentBlockStore
{
    private SqliteBlockStore(SqliteBlockTable table, TimeProvider time)
        : base(table, time)
    {
    }

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How blocks are kept.</param>
    /// <param name="time">The clock, for the dates of pins.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageException">It cannot be used; the message says what to do. It is left as it is.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static async Task<SqliteBlockStore> OpenAsync(
        string path, SqliteBlockStoreOptions? options = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        options ??= new SqliteBlockStoreOptions();
        options.Validate();
        return new SqliteBlockStore(await SqliteBlockTable.OpenAsync(path, options, cancellationToken), time ?? TimeProvider.System);
    }
}
