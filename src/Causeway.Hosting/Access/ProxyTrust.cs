using System.Net;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Access;

/// <summary>Where a connection really comes from: <c>X-Forwarded-For</c> and <c>-Proto</c> are believed if a proxy that we trust has written them, and no further.</summary>
/// <param name="trusted">The networks of the proxies; none trusts nobody.</param>
public sealed class ProxyTrust(IReadOnlyList<IPNetwork> trusted)
{
    /// <summary>The address that a request was made from; port 0 if a proxy knows it only. Null if it did not come over IP.</summary>
    public IPEndPoint? AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } remote) return null;
        remote = Unmap(remote);
        if (trusted.Count == 0 || !IsTrusted(remote)) return new IPEndPoint(remote, context.Connection.RemotePort);

        // From the right: each proxy appends whom it saw. The first that is no proxy of ours is the one we know of; what stands before it, anybody may have written.
        var hops = string.Join(',', context.Request.Headers["X-Forwarded-For"].ToArray()).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = hops.Length - 1; i >= 0; i--)
        {
            if (!TryParse(hops[i], out var hop)) break;
            if (!IsTrusted(hop.Address)) return hop;
        }

        return new IPEndPoint(remote, context.Connection.RemotePort);
    }

    /// <summary>Whether a request was made over TLS, to us or to a proxy that is trusted.</summary>
    public bool IsSecure(HttpContext context)
    {
        if (context.Request.IsHttps) return true;
        if (context.Connection.RemoteIpAddress is not { } remote || !IsTrusted(remote)) return false;
        var schemes = string.Join(',', context.Request.Headers["X-Forwarded-Proto"].ToArray()).Split(',', StringSplitOptions.TrimEntries);
        return schemes[^1].Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether an address is a proxy's.</summary>
    public bool IsTrusted(IPAddress address) => IsWithin(trusted, Unmap(address));

    /// <summary>Whether an address, as <see cref="AddressOf"/> gives it, is in one of some networks.</summary>
    internal static bool IsWithin(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address)) return true;
        }

        return false;
    }

    private static bool TryParse(string text, out IPEndPoint hop)
    {
        hop = new IPEndPoint(IPAddress.None, 0);
        if (IPAddress.TryParse(text.Trim('[', ']'), out var address)) hop = new IPEndPoint(Unmap(address), 0);
        else if (IPEndPoint.TryParse(text, out var endpoint)) hop = new IPEndPoint(Unmap(endpoint.Address), endpoint.Port);
        else return false;
        return true;
    }

    private static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
