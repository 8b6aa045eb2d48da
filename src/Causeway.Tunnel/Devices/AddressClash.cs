using System.Net;
using Causeway.Network.Netlink;

namespace Causeway.Tunnel.Devices;

/// <summary>Finds out whether an address for the segment collides with one that another interface has.</summary>
internal static class AddressClash
{
    /// <summary>
    /// A sentence about the first collision, or null. The same address elsewhere is one, and so is a network that equals the segment's or lies
    /// inside it. A larger network around it is none: the segment's route is the more precise one, and wins.
    /// </summary>
    public static string? Find(IReadOnlyCollection<SegmentAddress> wanted, IEnumerable<InterfaceAddress> present, IEnumerable<NetworkLink> links, int ownIndex)
    {
        var others = present.Where(a => a.InterfaceIndex != ownIndex).ToList();
        foreach (var address in wanted)
        {
            var network = InterfaceAddress.NetworkOf(address.Address, address.PrefixLength);
            foreach (var other in others.Where(o => o.Address.AddressFamily == address.Address.AddressFamily))
            {
                var isSame = other.Address.Equals(address.Address);
                if (!isSame && !IsInside(other.Network, network)) continue;
                var name = links.FirstOrDefault(l => l.Index == other.InterfaceIndex)?.Name ?? $"interface {other.InterfaceIndex}";
                return isSame
                    ? $"{name} has the address {address.Address} already; give this member another address, or take it away from {name}."
                    : $"{name} is in the network {other.Network}, which is part of the tunnel's network {network}; choose another network for one of them.";
            }
        }

        return null;
    }

    private static bool IsInside(IPNetwork inner, IPNetwork outer) => inner.PrefixLength >= outer.PrefixLength && outer.Contains(inner.BaseAddress);
}
