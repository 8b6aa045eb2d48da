using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Control;

/// <summary>What is said over control sockets: JSON bodies, streams as one JSON text per line, values in the query.</summary>
public static class ControlMessages
{
    /// <summary>The header with the generation of what is said, in requests and responses.</summary>
    public const string GenerationHeader = "Causeway-Control";

    private const int MaxCount = 1000;

    private static readonly byte[] NewLine = "\n"u8.ToArray();

    /// <summary>A value of the query.</summary>
    /// <exception cref="JsonException">It is not there, is empty, or there more than once.</exception>
    public static string Query(HttpContext context, string name) =>
        context.Request.Query[name] is [{ Length: > 0 } value] ? value : throw new JsonException($"The query has no {name}.");

    /// <summary>How many things are asked for, 1 to 1000: <c>count</c> of the query.</summary>
    /// <exception cref="JsonException">It is not there, or out of its range.</exception>
    public static int Count(HttpContext context) =>
        int.TryParse(Query(context, "count"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MaxCount
            ? count
            : throw new JsonException($"The count is 1 to {MaxCount}.");

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await JsonSerializer.DeserializeAsync(context.Request.Body, type, cancellationToken) ?? throw new JsonException("The body says nothing.");

    /// <summary>Writes the body of an answer.</summary>
    public static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, cancellationToken);
    }

    /// <summary>Writes values as they come, each on a line. Until the first line an error is an answer of its own; after it, the end of the connection.</summary>
    public static async Task StreamAsync<T>(HttpContext context, IAsyncEnumerable<T> values, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "application/x-ndjson";
        await foreach (var value in values.WithCancellation(cancellationToken))
        {
            await JsonSerializer.SerializeAsync(context.Response.Body, value, type, cancellationToken);
            await context.Response.Body.WriteAsync(NewLine, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }
    }
}
