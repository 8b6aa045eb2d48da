using System.Net;
using System.Net.Sockets;

namespace Causeway.Libp2p.Observations;

/// <summary>Who counts as one observer: an IPv4 /24 or IPv6 /56 network, since one operator easily has all of its addresses.</summary>
internal static class ObserverGroup
{
    /// <summary>The network's first address.</summary>
    public static IPAddress Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(address.AddressFamily == AddressFamily.InterNetwork ? 3 : 7).Clear();
        return new IPAddress(bytes);
    }
}
