using System.Data;
using System.Data.Common;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Tables in a PostgreSQL database (12 or newer) that several processes use at once. Thread-safe.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    // Who loses against another transaction again and again is told so.
    private const int MaxAttempts = 8;

    private readonly NpgsqlDataSource _source;

    private PostgresDatabase(NpgsqlDataSource source, string ns)
    {
        _source = source;
        Namespace = ns;
    }

    /// <summary>The namespace of the tables; statements find them by their plain names.</summary>
    public string Namespace { get; }

    /// <summary>Connects, and makes or migrates the tables where need be.</summary>
    /// <exception cref="StorageException">The database cannot be used; the message says what to do.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or there is no connection string that can be read.</exception>
    public static async Task<PostgresDatabase> OpenAsync(PostgresSchema schema, PostgresOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        options ??= new PostgresOptions();
        options.Validate();
        var database = new PostgresDatabase(NpgsqlDataSource.Create(Connect(options)), options.Namespace);
        try
        {
            await database.WriteAsync(
                async (transaction, stop) =>
                {
                    await PostgresMigration.RunAsync(transaction, database.Namespace, schema, stop);
                    return true;
                },
                cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection of one's own, for what belongs to a session. Dispose it.</summary>
    /// <exception cref="StorageException">There is none to be had.</exception>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken);
        }
        catch (DbException error)
        {
            throw PostgresErrors.For(error);
        }
    }

    /// <summary>Reads, each statement on a snapshot of its own.</summary>
    /// <exception cref="StorageException">It failed.</exception>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        await using var connection = await ConnectAsync(cancellationToken);
        try
        {
            return await work(connection, cancellationToken);
        }
        catch (DbException error)
        {
            throw PostgresErrors.For(error);
        }
    }

    /// <summary>
    /// Writes: all of it is committed when it completes, or nothing. <paramref name="work"/> runs again when another transaction stood in its way.
    /// </summary>
    /// <exception cref="StorageException">It failed. When the connection broke during the commit, it may be there nevertheless.</exception>
    public async Task<T> WriteAsync<T>(Func<NpgsqlTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        for (var attempt = 1; ; attempt++)
        {
            await using var connection = await ConnectAsync(cancellationToken);
            try
            {
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
                var result = await work(transaction, cancellationToken);

                // Past this point giving up would leave open what came of it.
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            }
            catch (DbException error) when (!PostgresErrors.IsConflict(error) || attempt == MaxAttempts)
            {
                throw PostgresErrors.For(error);
            }
            catch (DbException)
            {
                // Nothing of it is there; once more.
            }
        }
    }

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static NpgsqlConnectionStringBuilder Connect(PostgresOptions options)
    {
        var text = options.ConnectionString ?? Environment.GetEnvironmentVariable(PostgresOptions.ConnectionVariable);
        if (string.IsNullOrWhiteSpace(text))
            throw new ArgumentException($"There is no connection string for PostgreSQL. Name one as an option or in {PostgresOptions.ConnectionVariable}.");
        // Without the cause: it may quote a password.
        return Read(text, options) ?? throw new ArgumentException("The connection string for PostgreSQL cannot be read: expected pairs such as Host=…;Database=…;Username=….");
    }

    private static NpgsqlConnectionStringBuilder? Read(string text, PostgresOptions options)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text)
            {
                SearchPath = options.Namespace,
                MaxPoolSize = options.MaxConnections,
                ApplicationName = "causeway",
                PersistSecurityInfo = false,
                IncludeErrorDetail = false,
            };
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
