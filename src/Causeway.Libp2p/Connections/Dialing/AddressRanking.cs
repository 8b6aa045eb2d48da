using System.Net;
using System.Net.Sockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>
/// The order in which a peer's addresses are tried: near before far (in-process, loopback, private, public), relayed ones last,
/// and within a group IPv6 and IPv4 in turn, IPv6 first (RFC 8305, section 4).
/// </summary>
internal static class AddressRanking
{
    public static List<Multiaddress> Order(IEnumerable<Multiaddress> addresses)
    {
        var ordered = new List<Multiaddress>();
        foreach (var group in addresses.Distinct().GroupBy(DistanceOf).OrderBy(static g => g.Key))
        {
            var six = new Queue<Multiaddress>(group.Where(IsIPv6));
            var four = new Queue<Multiaddress>(group.Where(static address => !IsIPv6(address)));
            while (six.Count > 0 || four.Count > 0)
            {
                if (six.TryDequeue(out var next)) ordered.Add(next);
                if (four.TryDequeue(out next)) ordered.Add(next);
            }
        }

        return ordered;
    }

    private static bool IsIPv6(Multiaddress address) => address.Components[0].Protocol is "ip6" or "ip6zone" or "dns6";

    private static Distance DistanceOf(Multiaddress address)
    {
        if (address.Has("p2p-circuit")) return Distance.Relayed;
        if (address.Has("memory") || address.Has("unix")) return Distance.Process;
        var text = address.ValueOf("ip4") ?? address.ValueOf("ip6");
        if (text is null || !IPAddress.TryParse(text, out var ip)) return Distance.Public;
        if (IPAddress.IsLoopback(ip)) return Distance.Loopback;
        return IsPrivate(ip) ? Distance.Private : Distance.Public;
    }

    // RFC 1918, RFC 6598 (shared), RFC 3927 and RFC 4291 (link-local), RFC 4193 (unique local).
    private static bool IsPrivate(IPAddress ip)
    {
        if (ip.AddressFamily == AddressFamily.InterNetworkV6) return ip.IsIPv6LinkLocal || ip.IsIPv6UniqueLocal;
        var bytes = ip.GetAddressBytes();
        return bytes[0] switch
        {
            10 => true,
            100 => (bytes[1] & 0xC0) == 64,
            169 => bytes[1] == 254,
            172 => (bytes[1] & 0xF0) == 16,
            192 => bytes[1] == 168,
            _ => false,
        };
    }

    private enum Distance
    {
        Process,
        Loopback,
        Private,
        Public,
        Relayed,
    }
}
