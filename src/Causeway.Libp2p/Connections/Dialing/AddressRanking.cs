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
        if (address.IsLoopback) return Distance.Loopback;
        return address.IsLocal ? Distance.Private : Distance.Public;
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
