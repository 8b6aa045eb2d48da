using Causeway.Storage.Connections;
using Causeway.Storage.Native;

namespace Causeway.Storage.Opening;

/// <summary>From a file to a connection that writes: is it ours, is it whole, is it of this version? What is not ours is left as it is.</summary>
internal static class DatabaseOpening
{
    // The log of writes is cut to this when a checkpoint has emptied it; a long read may have let it grow.
    private const int MaxIdleLogBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(5);

    public static SqliteConnection Open(string path, DatabaseSchema schema, DatabaseOptions options, CancellationToken cancellationToken)
    {
        var connection = SqliteConnection.Open(path, isReadOnly: false, options);
        try
        {
            using var stop = connection.StopWith(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();

            // Only before anything is written, the log of writes too.
            if (VersionOf(connection, path, schema) < 0) connection.Run($"PRAGMA page_size = {options.PageBytes}");
            if (new FileInfo(path).Length <= options.MaxCheckedBytes) Examine(connection, path);
            UseWriteAheadLog(connection, path, options);
            Migrate(connection, path, schema);
            return connection;
        }
        catch (StorageException error)
        {
            connection.Dispose();
            if (SqliteCode.Primary(error.Code) == SqliteCode.Interrupted) cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Reads everything and says what is wrong.</summary>
    /// <exception cref="StorageException">Something is; the message says what.</exception>
    public static void Examine(SqliteConnection connection, string path)
    {
        if (connection.Text("PRAGMA quick_check(1)") is var found && found is not "ok") throw StorageException.For(path, SqliteCode.Corrupt, found);
    }

    // The version of a new file is -1: nothing is in it, not even whose it is.
    private static long VersionOf(SqliteConnection connection, string path, DatabaseSchema schema)
    {
        var (owner, version, objects) = Look(connection, path);
        if (owner == 0 && version == 0 && objects == 0) return -1;
        if (owner != schema.ApplicationId || version < 0) throw StorageException.For(StorageError.NotThisDatabase, path);
        if (version > schema.Migrations.Count) throw StorageException.For(StorageError.TooNew, path);
        return version;
    }

    private static (long Owner, long Version, long Objects) Look(SqliteConnection connection, string path)
    {
        try
        {
            // All on one snapshot: another connection may be making the database at this moment.
            connection.Run("SAVEPOINT look");
            var found = (connection.Number("PRAGMA application_id"), connection.Number("PRAGMA user_version"), connection.Number("SELECT count(*) FROM sqlite_master"));
            connection.Run("RELEASE look");
            return found;
        }
        catch (StorageException error) when (error.Error == StorageError.Other && SqliteCode.Primary(error.Code) != SqliteCode.Interrupted)
        {
            // A header that cannot be ("unsupported file format") has no code of its own.
            throw StorageException.For(path, SqliteCode.Corrupt, error.Message, innerException: error);
        }
    }

    private static void UseWriteAheadLog(SqliteConnection connection, string path, DatabaseOptions options)
    {
        if (!IsWriteAheadLogged(connection, options))
        {
            throw new StorageException(
                StorageError.Inaccessible, $"The file system of {path} cannot carry a database that several connections use. Name a file on a local disk.");
        }

        connection.Run($"PRAGMA synchronous = {(options.Durability == Durability.Power ? "FULL" : "NORMAL")}; PRAGMA journal_size_limit = {MaxIdleLogBytes}");
    }

    // Several that open a new file at once stand in each other's way here, and SQLite does not wait (its busy handler is not asked).
    private static bool IsWriteAheadLogged(SqliteConnection connection, DatabaseOptions options)
    {
        for (var waited = TimeSpan.Zero; ; waited += BusyPause)
        {
            try
            {
                return connection.Text("PRAGMA journal_mode = WAL") is "wal";
            }
            catch (StorageException error) when (error.Error == StorageError.Busy && waited < options.BusyTimeout)
            {
                Thread.Sleep(BusyPause);
            }
        }
    }

    private static void Migrate(SqliteConnection connection, string path, DatabaseSchema schema)
    {
        if (VersionOf(connection, path, schema) == schema.Migrations.Count) return;
        connection.Run("BEGIN IMMEDIATE");

        // Another program may have been faster.
        var version = VersionOf(connection, path, schema);
        if (version < 0) connection.Run($"PRAGMA application_id = {schema.ApplicationId}");
        foreach (var script in schema.Migrations.Skip((int)Math.Max(version, 0))) connection.Run(script);
        connection.Run($"PRAGMA user_version = {schema.Migrations.Count}; COMMIT");
    }
}
