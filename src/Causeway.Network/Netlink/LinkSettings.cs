using Causeway.Network.Ethernet;

namespace Causeway.Network.Netlink;

/// <summary>What to change about an interface; what is null stays as it is.</summary>
public sealed record LinkSettings
{
    /// <summary>Switch it on or off.</summary>
    public bool? IsUp { get; init; }

    /// <summary>Bytes of payload that one frame carries.</summary>
    public int? Mtu { get; init; }

    /// <summary>Its Ethernet address.</summary>
    public MacAddress? MacAddress { get; init; }

    /// <summary>Packets that may wait to be sent.</summary>
    public int? TransmitQueueLength { get; init; }

    /// <summary>Largest super-segment that the kernel hands to it, in bytes.</summary>
    public int? MaxSegmentSize { get; init; }
}
