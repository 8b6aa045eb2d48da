using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Health;

/// <summary><c>/healthz</c> (the process serves) and <c>/readyz</c> (it can do its work).</summary>
public static class HealthExtensions
{
    /// <summary>Answers both: 200 <c>{"status":"ok"}</c>, or 503 with the reason that <paramref name="notReady"/> gives.</summary>
    public static IApplicationBuilder UseHealth(this IApplicationBuilder app, Func<string?>? notReady = null) => app.Use(async (context, next) =>
    {
        if (context.Request.Path == "/healthz") await AnswerAsync(context, null);
        else if (context.Request.Path == "/readyz") await AnswerAsync(context, notReady?.Invoke());
        else await next(context);
    });

    private static Task AnswerAsync(HttpContext context, string? problem)
    {
        context.Response.StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(problem is null ? """{"status":"ok"}""" : $$"""{"status":"unavailable","reason":"{{System.Text.Encodings.Web.JavaScriptEncoder.Default.Encode(problem)}}"}""");
    }
}
