using System.Net;
using System.Net.Sockets;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Hosts;

/// <summary>What a host tells others of its addresses: listeners with wildcards expanded, and announced ones.</summary>
internal static class HostAddresses
{
    public static IReadOnlyList<Multiaddress> Expand(IEnumerable<Multiaddress> bound, HostOptions options, Func<IReadOnlyList<IPAddress>> interfaces)
    {
        // What a relay has reserved for us is contributed once it has; until then nobody is there.
        var addresses = options.AnnounceListenAddresses ? bound.Where(static address => !address.IsRelayed).SelectMany(address => Expand(address, interfaces)) : [];
        return [.. addresses.Concat(options.AnnounceAddresses.Select(static address => address.WithoutPeerId())).Distinct()];
    }

    private static IEnumerable<Multiaddress> Expand(Multiaddress address, Func<IReadOnlyList<IPAddress>> interfaces)
    {
        var head = address.Components[0];
        AddressFamily family;
        if (head is { Protocol: "ip4", Value: "0.0.0.0" }) family = AddressFamily.InterNetwork;
        else if (head is { Protocol: "ip6", Value: "::" }) family = AddressFamily.InterNetworkV6;
        else return [address];

        var rest = address.ToString()[(head.Protocol.Length + head.Value.Length + 2)..];
        return interfaces().Where(ip => ip.AddressFamily == family).Select(ip => Multiaddress.Parse($"/{head.Protocol}/{ip}{rest}"));
    }
}
