using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Routing;

/// <summary>
/// Addresses that likely belong to one operator: a /16 of IPv4, a /32 of IPv6 (what registries give to a network; go-libp2p-kbucket,
/// <c>peerdiversity</c>, looks up the autonomous system instead). Only public addresses have one: in a private network all may share it.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct IPGroup(bool IsIPv6, uint Prefix)
{
    /// <summary>The groups of a peer's addresses, each once; relayed addresses say nothing of where a peer is.</summary>
    public static IPGroup[] Of(IReadOnlyList<Multiaddress> addresses)
    {
        List<IPGroup>? groups = null;
        Span<byte> bytes = stackalloc byte[16];
        foreach (var address in addresses)
        {
            if (!address.IsPublic || address.IsRelayed || !address.TryGetIPAddress(out var ip)) continue;
            if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
            _ = ip.TryWriteBytes(bytes, out _);
            var isIPv6 = ip.AddressFamily == AddressFamily.InterNetworkV6;
            var prefix = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            var group = new IPGroup(isIPv6, isIPv6 ? prefix : prefix >> 16);
            if (groups?.Contains(group) != true) (groups ??= new List<IPGroup>(1)).Add(group);
        }

        return groups is null ? [] : [.. groups];
    }
}
