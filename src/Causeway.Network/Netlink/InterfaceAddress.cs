using System.Net;

namespace Causeway.Network.Netlink;

/// <summary>An address of an interface.</summary>
public sealed record InterfaceAddress
{
    /// <summary>The interface.</summary>
    public required int InterfaceIndex { get; init; }

    /// <summary>The machine's own address there.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Bits of the address that name the network.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>Its state.</summary>
    public InterfaceAddressFlags Flags { get; init; }

    /// <summary>Where it is valid: 0 everywhere, 253 on the link, 254 on this machine (<c>RT_SCOPE_…</c>).</summary>
    public byte Scope { get; init; }

    /// <summary>The network that the address belongs to.</summary>
    public IPNetwork Network => NetworkOf(Address, PrefixLength);

    /// <summary>The network of an address: all bits after the prefix are zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The prefix is longer than the address.</exception>
    public static IPNetwork NetworkOf(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(prefixLength - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }

        return new IPNetwork(new IPAddress(bytes), prefixLength);
    }
}
