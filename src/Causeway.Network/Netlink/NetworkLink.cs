using Causeway.Network.Ethernet;

namespace Causeway.Network.Netlink;

/// <summary>A network interface, as the kernel describes it.</summary>
public sealed record NetworkLink
{
    /// <summary>The kernel's number for it, 1 and upwards; unique within a network namespace.</summary>
    public required int Index { get; init; }

    /// <summary>The name, at most 15 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>Its flags.</summary>
    public LinkFlags Flags { get; init; }

    /// <summary>Bytes of payload (an IP packet) that one frame carries.</summary>
    public int Mtu { get; init; }

    /// <summary>The Ethernet address; null where the interface has none, or one of another length.</summary>
    public MacAddress? MacAddress { get; init; }

    /// <summary>The driver's kind (<c>tun</c>, <c>veth</c>, <c>bridge</c> …); null for hardware and the loopback.</summary>
    public string? Kind { get; init; }

    /// <summary>The interface (a bridge, say) that this one is a port of; 0 if none.</summary>
    public int MasterIndex { get; init; }

    /// <summary>Packets that may wait to be sent.</summary>
    public int TransmitQueueLength { get; init; }

    /// <summary>Largest super-segment, in bytes, that the kernel hands to it; 0 where the kernel does not tell.</summary>
    public int MaxSegmentSize { get; init; }

    /// <summary>Whether it has been switched on.</summary>
    public bool IsUp => (Flags & LinkFlags.Up) != LinkFlags.None;
}
