using Causeway.Network.Ethernet;

namespace Causeway.Tunnel.Devices;

/// <summary>What the machine's interface on the segment is to be like.</summary>
public sealed record SegmentDeviceOptions
{
    /// <summary>The name, at most 15 bytes. A row of <c>#</c> at its end stands for the first number that is free: <c>chr-###</c> is chr-001, or chr-002 if that exists. Default: <c>chr-001</c>.</summary>
    public string Name { get; init; } = "chr-001";

    /// <summary>The Ethernet address; null leaves it to the system.</summary>
    public MacAddress? MacAddress { get; init; }

    /// <summary>Bytes of payload in an ordinary frame, 1280 to 9000. Default: 1500.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Whether to use super-segments and incomplete checksums where the system has them. Default: true.</summary>
    public bool Offload { get; init; } = true;

    /// <summary>Addresses to begin with. Default: none.</summary>
    public IReadOnlyCollection<SegmentAddress> Addresses { get; init; } = [];

    /// <summary>Whether other members may configure this machine's IPv6 routes (RFC 4861 §6.3.4). Default: false, since a member is no router unless the user says so.</summary>
    public bool AcceptRouterAdvertisements { get; init; }
}
