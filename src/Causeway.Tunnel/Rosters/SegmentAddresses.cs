using System.Net;
using System.Security.Cryptography;
using Causeway.Network.Ethernet;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters;

/// <summary>Addresses of members on the segment that follow from who they are (tunnel protocol §7).</summary>
public static class SegmentAddresses
{
    /// <summary>The bits of an IPv6 address that name the network.</summary>
    public const int IPv6PrefixLength = 64;

    /// <summary>The Ethernet address: <c>02 ‖ first 5 bytes of SHA-256("causeway mac" ‖ peer ID)</c>.</summary>
    public static MacAddress Mac(TunnelPeerId peer)
    {
        Span<byte> address = stackalloc byte[MacAddress.Length];
        address[0] = 2;
        Derive("causeway mac"u8, peer, address[1..]);
        return new MacAddress(address);
    }

    /// <summary>The unique local IPv6 address (RFC 4193): <c>fd ‖ first 5 bytes of the network ID ‖ 00 00 ‖ first 8 bytes of SHA-256("causeway ipv6" ‖ peer ID)</c>.</summary>
    public static IPAddress IPv6(RosterEntryId network, TunnelPeerId peer)
    {
        Span<byte> address = stackalloc byte[16];
        Span<byte> id = stackalloc byte[RosterEntryId.Size];
        network.CopyTo(id);
        address.Clear();
        address[0] = 0xfd;
        id[..5].CopyTo(address[1..]);
        Derive("causeway ipv6"u8, peer, address[8..]);
        return new IPAddress(address);
    }

    private static void Derive(ReadOnlySpan<byte> label, TunnelPeerId peer, Span<byte> destination)
    {
        Span<byte> input = stackalloc byte[32 + TunnelPeerId.Size];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        label.CopyTo(input);
        peer.CopyTo(input[label.Length..]);
        SHA256.HashData(input[..(label.Length + TunnelPeerId.Size)], digest);
        digest[..destination.Length].CopyTo(destination);
    }
}
