using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Access;

/// <summary>
/// A secret per launch that a client must show: in a cookie that the login (<see cref="LoginExtensions"/>) sets, so that pages need not know of it, or as a bearer
/// token. It never stands in the part of an address that is sent: servers, proxies and logs would see it there.
/// </summary>
public sealed class LaunchToken(string value)
{
    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(value));

    /// <summary>The secret.</summary>
    public string Value { get; } = value;

    /// <summary>A fresh one of 144 bits.</summary>
    public static LaunchToken Create() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18)));

    /// <summary>The address that logs a browser in: the token is in its fragment, which browsers keep to themselves.</summary>
    public Uri AddTo(Uri site) => new UriBuilder(site) { Fragment = "token=" + Uri.EscapeDataString(Value) }.Uri;

    /// <summary>Whether a request shows the token.</summary>
    public bool IsShownBy(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return Matches(request.Cookies[CookieName(request)])
            || (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Matches(authorization[7..]));
    }

    /// <summary>Whether a text is the token. Takes the same time for every wrong one of the same length.</summary>
    public bool Matches(string? candidate)
        => !string.IsNullOrEmpty(candidate) && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(candidate)), _hash);

    /// <summary>Lets a browser show the token from now on: a cookie that scripts cannot read and other sites' requests do not carry.</summary>
    public void SetCookie(HttpContext context) => context.Response.Cookies.Append(
        CookieName(context.Request), Value, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/" });

    // Cookies are shared between the ports of a host: the port keeps launches apart.
    private static string CookieName(HttpRequest request) => $"causeway-token-{request.Host.Port ?? 0}";
}
