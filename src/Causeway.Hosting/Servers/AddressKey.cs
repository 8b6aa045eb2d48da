using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Hosting.Servers;

/// <summary>Whom limits per address count as one: an IPv4 address, or a /64 of IPv6, which is what one host gets (RFC 4291 §2.5.4).</summary>
/// <param name="IsIPv6">Which kind of address.</param>
/// <param name="Bits">The address, or the network.</param>
public readonly record struct AddressKey(bool IsIPv6, ulong Bits)
{
    /// <summary>The key of an address.</summary>
    public static AddressKey Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? new AddressKey(false, BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new AddressKey(true, BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
