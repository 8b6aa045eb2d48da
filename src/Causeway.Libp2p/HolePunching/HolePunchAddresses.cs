using System.Net;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Security;
using Causeway.Multiformats;

namespace Causeway.Libp2p.HolePunching;

/// <summary>Which addresses are punched to, and which of ours are told.</summary>
internal static class HolePunchAddresses
{
    /// <summary>Addresses told, and taken, in one message.</summary>
    public const int Max = 16;

    /// <summary>Whether an address can be punched to: plain TCP (nothing else here opens from both sides at once) at a public address.</summary>
    public static bool IsUsable(Multiaddress address, bool allowPrivate)
    {
        if (address.IsRelayed || address.IsUnspecified || address.Components[^1].Protocol != "tcp") return false;
        if (!address.TryGetTcpEndPoint(out var endPoint) || endPoint.Port == 0) return false;
        return address.IsPublic || (allowPrivate && !address.IsLinkLocal);
    }

    /// <summary>
    /// Where the other side may find us: at what it sees of connections that we opened from the port that we listen on (so does a NAT that maps
    /// by the inner address alone), at our own addresses, and, should the NAT keep ports, at the ports that we listen on.
    /// </summary>
    public static List<Multiaddress> Own(IHost host, bool allowPrivate)
    {
        var own = host.Addresses.Where(static address => !address.IsRelayed).ToList();
        var ports = own.Select(static address => address.TryGetTcpEndPoint(out var endPoint) ? endPoint.Port : 0).Where(static port => port != 0).ToHashSet();
        var observed = new List<Multiaddress>();
        var guessed = new List<Multiaddress>();
        foreach (var connection in host.Connections.All)
        {
            if (connection.IsRelayed || connection.Role != ConnectionRole.Initiator || connection.ObservedAddress is not { } seen) continue;
            if (!seen.TryGetTcpEndPoint(out var outer) || !connection.LocalAddress.TryGetTcpEndPoint(out var inner)) continue;
            if (ports.Contains(inner.Port)) observed.Add(Multiaddress.FromTcp(outer));
            else guessed.AddRange(ports.Select(port => Multiaddress.FromTcp(new IPEndPoint(outer.Address, port))));
        }

        return [.. observed.Concat(own).Concat(guessed).Where(address => IsUsable(address, allowPrivate)).Distinct().Take(Max)];
    }

    /// <summary>What the other side has told.</summary>
    public static List<Multiaddress> Read(IEnumerable<ReadOnlyMemory<byte>> addresses, bool allowPrivate)
    {
        var read = new List<Multiaddress>();
        foreach (var bytes in addresses.Take(4 * Max))
        {
            if (read.Count == Max) break;
            if (!Multiaddress.TryFromBytes(bytes.Span, out var address)) continue;
            var bare = address.WithoutPeerId();
            if (!bare.IsEmpty && IsUsable(bare, allowPrivate) && !read.Contains(bare)) read.Add(bare);
        }

        return read;
    }
}
