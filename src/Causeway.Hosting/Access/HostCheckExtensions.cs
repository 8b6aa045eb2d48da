using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Access;

/// <summary>Keeps pages whose name was rebound to this machine from reading what is served here.</summary>
public static class HostCheckExtensions
{
    /// <summary>Answers requests for hosts that are not ours with 403 and the reason.</summary>
    public static IApplicationBuilder UseHostCheck(this IApplicationBuilder app, OriginPolicy policy) => app.Use((context, next) =>
    {
        if (policy.RefuseHost(context.Request) is not { } reason) return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(reason + "\n");
    });
}
