using System.Net;
using System.Net.Sockets;

namespace Causeway.Network.PortMappings;

/// <summary>Sorts IPv4 addresses by the registry of special-purpose addresses (RFC 6890 and its IANA registry).</summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] Private = [.. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16" }.Select(IPNetwork.Parse)];

    // "This network", loopback, carrier-grade NAT, protocol assignments and documentation, benchmarks, multicast and reserved.
    private static readonly IPNetwork[] Special =
    [
        .. new[] { "0.0.0.0/8", "127.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "224.0.0.0/3" }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether the address is one of a local network (RFC 1918), or of a link (RFC 3927).</summary>
    public static bool IsPrivate(IPAddress address) => Array.Exists(Private, n => n.Contains(address));

    /// <summary>Whether machines elsewhere on the Internet can reach the address.</summary>
    public static bool IsPublic(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && !IsPrivate(address) && !Array.Exists(Special, n => n.Contains(address));
}
