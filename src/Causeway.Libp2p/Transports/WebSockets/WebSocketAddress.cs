using System.Diagnostics.CodeAnalysis;
using System.Net;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Transports.WebSockets;

/// <summary>
/// What a WebSocket address says (libp2p specs, <c>websockets/README.md</c>, "Addressing"): <c>/ip4|ip6/…[/tcp/N]</c>, then <c>/ws</c>, <c>/wss</c>, <c>/tls/ws</c> or
/// <c>/tls/sni/NAME/ws</c>, then perhaps <c>/http-path/…</c> and <c>/p2p/…</c>.
/// </summary>
/// <param name="EndPoint">Where the server is.</param>
/// <param name="IsSecure">Whether TLS is spoken.</param>
/// <param name="ServerName">The name that the certificate must be for; null for the IP address.</param>
/// <param name="HttpPath">The path as the address has it, percent-encoded; null for <c>/</c>.</param>
internal sealed record WebSocketAddress(IPEndPoint EndPoint, bool IsSecure, string? ServerName, string? HttpPath)
{
    private const int Port = 80, SecurePort = 443;

    /// <summary>The address in one spelling: with its port, and <c>/tls/ws</c> for <c>/wss</c>.</summary>
    public Multiaddress Canonical => HttpPath is null ? Plain : Plain.Encapsulate(Multiaddress.Parse("/http-path/" + HttpPath));

    /// <summary>What to ask for.</summary>
    public Uri Uri => new UriBuilder(
        IsSecure ? Uri.UriSchemeWss : Uri.UriSchemeWs,
        // A zone means something on this machine only.
        ServerName ?? new IPAddress(EndPoint.Address.GetAddressBytes()).ToString(),
        EndPoint.Port,
        HttpPath is null ? "/" : "/" + Uri.UnescapeDataString(HttpPath).TrimStart('/')).Uri;

    private Multiaddress Plain => Of(EndPoint, IsSecure, ServerName);

    /// <summary>The address of one end of a connection.</summary>
    public static Multiaddress Of(IPEndPoint endPoint, bool isSecure, string? serverName = null)
    {
        var suffix = !isSecure ? "/ws" : serverName is null ? "/tls/ws" : $"/tls/sni/{serverName}/ws";
        return Multiaddress.FromTcp(endPoint).Encapsulate(Multiaddress.Parse(suffix));
    }

    /// <summary>Reads an address.</summary>
    public static bool TryParse(Multiaddress address, [NotNullWhen(true)] out WebSocketAddress? result)
    {
        result = null;
        if (!address.TryGetIPAddress(out var ip)) return false;
        var parts = address.Components;
        var next = parts[0].Protocol == "ip6zone" ? 2 : 1;
        var port = Take("tcp", out var number) ? int.Parse(number!, System.Globalization.CultureInfo.InvariantCulture) : -1;
        var isSecure = Take("tls", out _);
        string? name = null;
        if (isSecure) Take("sni", out name);
        if (!isSecure && Take("wss", out _)) isSecure = true;
        else if (!Take("ws", out _)) return false;
        Take("http-path", out var path);
        Take("p2p", out _);
        if (next != parts.Count || (name is not null && Uri.CheckHostName(name) != UriHostNameType.Dns)) return false;
        if (port < 0) port = isSecure ? SecurePort : Port;
        result = new WebSocketAddress(new IPEndPoint(ip, port), isSecure, name, path);
        return true;

        bool Take(string protocol, out string? value)
        {
            value = null;
            if (next >= parts.Count || parts[next].Protocol != protocol) return false;
            value = parts[next++].Value;
            return true;
        }
    }
}
