using System.Net;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Access;

/// <summary>
/// Who may open a WebSocket here. Browsers let any page connect to any server and name the page's origin; the server must refuse foreign ones. The host name is
/// checked too, or a page of <c>evil.example</c> could point that name to 127.0.0.1 and count as the same host (DNS rebinding).
/// </summary>
public sealed class OriginPolicy
{
    private readonly HashSet<string> _origins = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _hostName;
    private readonly bool _any;

    /// <summary>A policy that lets in the same host and some origins.</summary>
    /// <param name="allowedOrigins">Origins such as <c>https://chat.example.org</c>; <c>*</c> lets everyone in.</param>
    /// <param name="hostName">The machine's full name. Default: the system's.</param>
    /// <exception cref="FormatException">One is not an origin.</exception>
    public OriginPolicy(IEnumerable<string>? allowedOrigins = null, string? hostName = null)
    {
        _hostName = (hostName ?? Dns.GetHostName()).TrimEnd('.');
        foreach (var origin in allowedOrigins ?? [])
        {
            if (origin == "*")
            {
                _any = true;
                continue;
            }

            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.PathAndQuery != "/")
                throw new FormatException($"'{origin}' is not an origin; write it like https://chat.example.org or http://localhost:3000");
            _origins.Add(OriginOf(uri));
            _hosts.Add(uri.Host);
        }
    }

    /// <summary>
    /// Why a request is refused for the host that it names, as a sentence that says what to do; null when the host is ours. A rebound name makes a foreign page
    /// one of the same origin, which may then read everything that is served, not only open WebSockets.
    /// </summary>
    public string? RefuseHost(HttpRequest request)
        => _any || IsOurName(request.Host.Host) ? null : $"host '{request.Host.Host}' is not this machine's; allow it with --allow-origin http://{request.Host.Value}";

    /// <summary>Why a WebSocket is refused, as a sentence that says what to do; null when it is welcome.</summary>
    public string? Refuse(HttpRequest request)
    {
        if (_any) return null;
        return RefuseHost(request) ?? RefuseOrigin(request);
    }

    /// <summary>The same without a look at the host's name, for servers that authenticate whoever connects and are known by any name.</summary>
    public string? RefuseOrigin(HttpRequest request)
    {
        if (_any) return null;
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return null;
        if (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Host.Length > 0)
        {
            if (IsSameHost(uri, request.Host) || _origins.Contains(OriginOf(uri))) return null;
        }

        return $"origin '{origin}' is not allowed; allow it with --allow-origin {origin}";
    }

    private static string OriginOf(Uri uri) => uri.GetLeftPart(UriPartial.Authority);

    private static bool IsSameHost(Uri origin, HostString host)
    {
        var port = host.Port ?? (origin.Scheme is "https" or "wss" ? 443 : 80);
        return origin.Port == port && string.Equals(origin.Host.Trim('[', ']'), host.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
    }

    // An IP address cannot be rebound, and nobody else can claim the machine's own names: .NET's MachineName is the first label, the system may have the full one.
    private bool IsOurName(string host)
    {
        var name = host.Trim('[', ']').TrimEnd('.');
        return IPAddress.TryParse(name, out _)
            || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || name.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase)
            || name.Equals(Environment.MachineName + ".local", StringComparison.OrdinalIgnoreCase)
            || name.Equals(_hostName, StringComparison.OrdinalIgnoreCase)
            || _hosts.Contains(name);
    }
}
