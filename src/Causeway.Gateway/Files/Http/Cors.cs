using Causeway.Gateway.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Files.Http;

/// <summary>What pages of other origins need that are let in (the Fetch standard, "CORS protocol"). Whether they are is decided before.</summary>
internal static class Cors
{
    private static readonly string[] Names =
        ["Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Vary", "Cross-Origin-Resource-Policy"];

    /// <summary>Whether a browser asks in advance if a page may send its token.</summary>
    public static bool AsksForHeader(HttpRequest request) => HttpMethods.IsOptions(request.Method)
        && request.Headers.AccessControlRequestHeaders.ToString().Contains(PageAccesses.Header, StringComparison.OrdinalIgnoreCase);

    /// <summary>Lets the origin of a request, which has been let in, read the response.</summary>
    public static void Allow(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.Vary = "Origin";
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin) return;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.AccessControlExposeHeaders = "Location, Upload-Offset, Upload-Complete, ETag, Content-Range, Content-Length, Content-Type, Content-Disposition";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (!HttpMethods.IsOptions(request.Method)) return;
        headers.AccessControlAllowMethods = "GET, HEAD, PUT, PATCH, DELETE";
        headers.AccessControlAllowHeaders = $"{PageAccesses.Header}, Content-Type, Range, If-Range, If-None-Match, Upload-Offset, Upload-Length, Upload-Complete";
        headers.AccessControlMaxAge = "600";
    }

    /// <summary>The headers of <see cref="Allow"/>, before a response is cleared.</summary>
    public static IReadOnlyList<KeyValuePair<string, StringValues>> Keep(HttpResponse response) => [.. response.Headers.Where(static h => Names.Contains(h.Key, StringComparer.OrdinalIgnoreCase))];

    /// <summary>The same headers again.</summary>
    public static void Restore(HttpResponse response, IEnumerable<KeyValuePair<string, StringValues>> kept)
    {
        foreach (var (name, value) in kept) response.Headers[name] = value;
    }
}
