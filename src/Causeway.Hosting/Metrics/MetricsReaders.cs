using System.Net;
using Causeway.Hosting.Access;
using Microsoft.AspNetCore.Http;

namespace Causeway.Hosting.Metrics;

/// <summary>
/// Who may read <c>/metrics</c>: programs on this machine, and some networks. From this machine the host must be asked for by one of its own names (or an address), as
/// <see cref="OriginPolicy"/> knows them: a page whose name was rebound to this machine asks from here, too, by the page's name.
/// </summary>
/// <param name="networks">The networks, which may use any name; behind a trusted proxy, the address counts that a request was made from.</param>
/// <param name="trustedProxies">The networks of the proxies; none trusts nobody.</param>
/// <param name="names">More names of this machine, such as those in its certificate.</param>
public sealed class MetricsReaders(IReadOnlyList<IPNetwork> networks, IReadOnlyList<IPNetwork> trustedProxies, IEnumerable<string>? names = null)
{
    private readonly ProxyTrust _proxies = new(trustedProxies);
    private readonly OriginPolicy _names = new(names?.Where(static name => Uri.CheckHostName(name) == UriHostNameType.Dns).Select(static name => $"https://{name}"));

    /// <summary>Whether a request may be answered. What did not come over IP is this machine's.</summary>
    public bool MayRead(HttpContext context)
    {
        var address = _proxies.AddressOf(context)?.Address;
        if (address is not null && ProxyTrust.IsWithin(networks, address)) return true;
        return (address is null || IPAddress.IsLoopback(address)) && _names.RefuseHost(context.Request) is null;
    }
}
