using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Pages;

/// <summary>
/// Whose an HTTP request is. What changes something, and what concerns one page's own tree, shows the page's token in a header, which other sites' pages cannot
/// send. Images and links cannot send headers: contents are also given to requests with the cookie that the browser got when it opened its WebSocket, as long as one
/// of its pages is connected.
/// </summary>
internal sealed class PageAccesses
{
    /// <summary>The header with the page's token.</summary>
    public const string Header = "Causeway-Page";

    // Found by their hashes: how long a search takes says nothing about a secret.
    private readonly ConcurrentDictionary<string, PageAccess> _byToken = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<PageAccess, bool>> _byBrowser = new();

    /// <summary>A page is opening its WebSocket: its browser gets a cookie, unless it has one that is known.</summary>
    public PageAccess Open(HttpContext context)
    {
        var name = CookieName(context.Request);
        var browser = context.Request.Cookies[name];
        if (browser is null || !_byBrowser.ContainsKey(HashOf(browser)))
        {
            browser = PageAccess.NewSecret();
            context.Response.Cookies.Append(
                name, browser, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/ipfs/" });
        }

        var access = new PageAccess(browser);
        _byToken[HashOf(access.Token)] = access;
        _byBrowser.GetOrAdd(HashOf(browser), static _ => new()).TryAdd(access, true);
        return access;
    }

    /// <summary>A page has gone.</summary>
    public void Close(PageAccess access)
    {
        _byToken.TryRemove(HashOf(access.Token), out _);
        var browser = HashOf(access.Browser);
        if (_byBrowser.TryGetValue(browser, out var pages) && pages.TryRemove(access, out _) && pages.IsEmpty) _byBrowser.TryRemove(new(browser, pages));
    }

    /// <summary>The page that a request's header names.</summary>
    public bool TryFind(HttpRequest request, [NotNullWhen(true)] out PageAccess? page)
    {
        page = null;
        return request.Headers[Header] is [{ Length: > 0 } token] && _byToken.TryGetValue(HashOf(token), out page) && page.Peer is not null;
    }

    /// <summary>The page that a request's header names, or any page of the browser that sent it.</summary>
    public bool TryFindAny(HttpRequest request, [NotNullWhen(true)] out PageAccess? page)
    {
        if (TryFind(request, out page)) return true;
        if (request.Cookies[CookieName(request)] is { } browser && _byBrowser.TryGetValue(HashOf(browser), out var pages)) page = pages.Keys.FirstOrDefault(static p => p.Peer is not null);
        return page is not null;
    }

    // Cookies are shared between the ports of a host: the port keeps gateways apart.
    private static string CookieName(HttpRequest request) => $"causeway-files-{request.Host.Port ?? 0}";

    private static string HashOf(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
