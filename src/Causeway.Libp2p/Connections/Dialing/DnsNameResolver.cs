using System.Net;
using System.Net.Sockets;
using Causeway.Network.Dns;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>
/// Asks the domain system, by our own resolver, which honours the system's servers and table of hosts and can be asked for texts. Names that are not in the domain
/// system are the operating system's: <c>….local</c> (multicast DNS, RFC 6762) and names without a dot (search lists, NetBIOS and whatever else it is set up for).
/// </summary>
internal sealed class DnsNameResolver(DnsResolver resolver) : INameResolver
{
    /// <summary>The resolver that hosts share, and its cache with it.</summary>
    public static DnsNameResolver Shared { get; } = new(new DnsResolver());

    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellationToken)
    {
        try
        {
            return IsOfTheSystem(name)
                ? await Dns.GetHostAddressesAsync(name, family, cancellationToken)
                : await resolver.ResolveAddressesAsync(name, family == AddressFamily.Unspecified ? null : family, cancellationToken);
        }
        catch (Exception error) when (error is DnsException or SocketException or ArgumentException)
        {
            return [];
        }
    }

    public async ValueTask<IReadOnlyList<string>> ResolveTextAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await resolver.ResolveTextAsync(name, cancellationToken);
        }
        catch (DnsException)
        {
            return [];
        }
    }

    /// <summary>Whether the operating system is asked for a name.</summary>
    internal static bool IsOfTheSystem(string name)
    {
        var bare = name.AsSpan().TrimEnd('.');
        if (bare.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return false;
        return !bare.Contains('.') || bare.EndsWith(".local", StringComparison.OrdinalIgnoreCase);
    }
}
