using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Makes tables, or makes newer ones of older ones. Of several that open a database at once one does it, and the others wait.</summary>
internal static class PostgresMigration
{
    public static async Task RunAsync(NpgsqlTransaction transaction, string ns, PostgresSchema schema, CancellationToken cancellationToken)
    {
        await RunAsync(transaction, $"SELECT pg_advisory_xact_lock(hashtextextended('causeway.migration', 0)); CREATE SCHEMA IF NOT EXISTS {ns}", cancellationToken);
        await RunAsync(transaction, "CREATE TABLE IF NOT EXISTS causeway_versions (name text PRIMARY KEY, version integer NOT NULL)", cancellationToken);
        var version = await VersionOfAsync(transaction, schema.Name, cancellationToken);
        if (version > schema.Migrations.Count)
            throw new StorageException(StorageError.TooNew, $"The tables {schema.Name} in PostgreSQL's schema {ns} were made by a later version of Causeway. Update Causeway, or name another schema.");
        if (version == schema.Migrations.Count) return;
        foreach (var script in schema.Migrations.Skip(version)) await RunAsync(transaction, script, cancellationToken);
        await using var command = new NpgsqlCommand(
            "INSERT INTO causeway_versions VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET version = excluded.version", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = schema.Name }, new() { Value = schema.Migrations.Count } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<int> VersionOfAsync(NpgsqlTransaction transaction, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT version FROM causeway_versions WHERE name = $1", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = name } },
        };
        return await command.ExecuteScalarAsync(cancellationToken) is int version ? version : 0;
    }

    private static async Task RunAsync(NpgsqlTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
