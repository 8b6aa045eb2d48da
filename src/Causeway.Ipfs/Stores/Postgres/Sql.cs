using System.Data.Common;
using System.Runtime.InteropServices;
using Npgsql;

namespace Causeway.Ipfs.Stores.Postgres;

/// <summary>Statements with their values, numbered from <c>$1</c>.</summary>
internal static class Sql
{
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        return command;
    }

    /// <summary>Of a transaction's connection, on which each statement belongs to the transaction.</summary>
    public static NpgsqlCommand Command(this NpgsqlTransaction transaction, string sql, params ReadOnlySpan<object> values) =>
        (transaction.Connection ?? throw new InvalidOperationException("The transaction is over.")).Command(sql, values);

    /// <summary>Runs a statement and disposes it.</summary>
    /// <returns>Rows that it changed.</returns>
    public static async Task<int> RunAsync(this NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command) return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs a query, reads its rows, and disposes it.</summary>
    public static async Task<List<T>> ListAsync<T>(this NpgsqlCommand command, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var rows = await command.ExecuteReaderAsync(cancellationToken);
            var list = new List<T>();
            while (await rows.ReadAsync(cancellationToken)) list.Add(read(rows));
            return list;
        }
    }

    public static byte[] Bytes(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    /// <summary>The bytes as an array; without a copy where they are one.</summary>
    public static byte[] ToArrayOrSelf(this ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();
}
