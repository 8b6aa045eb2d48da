using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Servers;

/// <summary>Limits how long requests take.</summary>
public static class TimeLimitExtensions
{
    /// <summary>
    /// Breaks the connection of a request that takes longer than <paramref name="read"/> from its headers to the first byte of the answer, or whose answer takes longer
    /// than <paramref name="write"/> from there on. WebSockets have no limit. Null is none.
    /// </summary>
    public static IApplicationBuilder UseTimeLimits(this IApplicationBuilder app, TimeSpan? read, TimeSpan? write, TimeProvider time) => read is null && write is null ? app : app.Use(async (context, next) =>
    {
        if (context.Request.Headers.Upgrade.Count > 0)
        {
            await next(context);
            return;
        }

        await using var timer = time.CreateTimer(static state => ((HttpContext)state!).Abort(), context, read ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        context.Response.OnStarting(() =>
        {
            timer.Change(write ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return Task.CompletedTask;
        });
        await next(context);
    });
}
