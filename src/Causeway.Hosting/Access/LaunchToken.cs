using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Access;

/// <summary>
/// A secret per launch that a page must show: in a cookie that opening <c>/?token=…</c> sets, so that pages need not know of it, in the query, or as a bearer token.
/// </summary>
public sealed class LaunchToken(string value)
{
    /// <summary>The query parameter.</summary>
    public const string QueryName = "token";

    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(value));

    /// <summary>The secret.</summary>
    public string Value { get; } = value;

    /// <summary>A fresh one of 144 bits.</summary>
    public static LaunchToken Create() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18)));

    /// <summary>Whether a request shows the token.</summary>
    public bool IsShownBy(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return Matches(request.Query[QueryName])
            || Matches(request.Cookies[CookieName(request)])
            || (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Matches(authorization[7..]));
    }

    /// <summary>Answers <c>GET /?token=…</c>: sets the cookie and sends the browser to the address without the secret in it. False for all other requests.</summary>
    public bool TryAdmit(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) || !Matches(request.Query[QueryName])) return false;
        context.Response.Cookies.Append(CookieName(request), Value, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = request.IsHttps, Path = "/" });
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(request.PathBase + request.Path);
        return true;
    }

    // Cookies are shared between the ports of a host: the port keeps launches apart.
    private static string CookieName(HttpRequest request) => $"causeway-token-{request.Host.Port ?? 0}";

    // Hashes have equal lengths, so that the comparison tells nothing, not even how long the token is.
    private bool Matches(string? candidate)
        => !string.IsNullOrEmpty(candidate) && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(candidate)), _hash);
}
