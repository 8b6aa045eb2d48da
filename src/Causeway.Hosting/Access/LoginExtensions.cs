using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Access;

/// <summary>Demands a launch token of everything that comes after it in a pipeline.</summary>
public static class LoginExtensions
{
    /// <summary>Where the token is posted, as the body.</summary>
    public const string Path = "/login";

    /// <summary>Longest body that is read. Tokens are far shorter.</summary>
    private const int MaxTokenBytes = 1024;

    /// <summary>
    /// Lets requests through that show the token. <c>POST /login</c> with the token answers 204 and sets the cookie; other requests get 401: browsers that want a
    /// page with a page to log in, everybody else with the reason.
    /// </summary>
    public static IApplicationBuilder UseLogin(this IApplicationBuilder app, LaunchToken token, OriginPolicy origins) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (request.Path == Path && HttpMethods.IsPost(request.Method)) return LogInAsync(context, token, origins);
        if (token.IsShownBy(request)) return next(context);
        var wantsPage = HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        return wantsPage ? ShowPageAsync(context) : RefuseAsync(context, StatusCodes.Status401Unauthorized, MissingToken);
    });

    /// <summary>What a refused client is told.</summary>
    public const string MissingToken = "the launch token is missing; open the address that the gateway printed when it started, or send Authorization: Bearer";

    private static async Task LogInAsync(HttpContext context, LaunchToken token, OriginPolicy origins)
    {
        if (origins.Refuse(context.Request) is { } reason)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, reason);
            return;
        }

        if (!token.IsShownBy(context.Request) && !token.Matches(await ReadAsync(context.Request)))
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "this is not the token of this launch");
            return;
        }

        token.SetCookie(context);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    // Null for a body that is too long to be a token.
    private static async Task<string?> ReadAsync(HttpRequest request)
    {
        var buffer = new byte[MaxTokenBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return length > MaxTokenBytes ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static Task ShowPageAsync(HttpContext context)
    {
        Prepare(context.Response, StatusCodes.Status401Unauthorized, "text/html; charset=utf-8");
        context.Response.Headers.ContentSecurityPolicy = LoginPage.Policy;
        return context.Response.Body.WriteAsync(LoginPage.Html, context.RequestAborted).AsTask();
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        Prepare(context.Response, status, "text/plain; charset=utf-8");
        return context.Response.WriteAsync(reason + "\n", context.RequestAborted);
    }

    private static void Prepare(HttpResponse response, int status, string type)
    {
        response.StatusCode = status;
        response.ContentType = type;
        if (status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
