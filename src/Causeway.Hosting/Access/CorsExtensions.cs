using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Access;

/// <summary>Lets pages of another origin read what is served.</summary>
public static class CorsExtensions
{
    // How long a browser may remember an answer to its question; browsers cap it themselves.
    private const string MaxAge = "600";

    /// <summary>Adds the headers of the CORS protocol, and answers a browser's questions (preflights). Without credentials: cookies stay with this origin's pages.</summary>
    public static IApplicationBuilder UseCrossOrigin(this IApplicationBuilder app, CorsOptions options) => app.Use((context, next) =>
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        if (options.Origin != "*") headers.Append("Vary", "Origin");
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin || (options.Origin != "*" && !origin.Equals(options.Origin, StringComparison.OrdinalIgnoreCase))) return next(context);
        headers.AccessControlAllowOrigin = options.Origin == "*" ? "*" : origin;
        if (!HttpMethods.IsOptions(request.Method) || request.Headers.AccessControlRequestMethod.Count == 0) return next(context);
        if (options.Methods.Count > 0) headers.AccessControlAllowMethods = string.Join(", ", options.Methods);
        if (options.Headers.Count > 0) headers.AccessControlAllowHeaders = string.Join(", ", options.Headers);
        headers.AccessControlMaxAge = MaxAge;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });
}
