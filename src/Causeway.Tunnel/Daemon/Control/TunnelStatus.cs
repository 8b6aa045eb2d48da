namespace Causeway.Tunnel.Daemon.Control;

/// <summary>What <c>causeway tunnel status</c> shows.</summary>
public sealed record TunnelStatus
{
    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The network ID, hexadecimal; null while joining from a token that does not show it.</summary>
    public string? NetworkId { get; init; }

    /// <summary>Where it stands.</summary>
    public required TunnelState State { get; init; }

    /// <summary>Why it is not up, a sentence: whom a newcomer waits for, why no relay is reached; null when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>This machine's peer ID.</summary>
    public required string PeerId { get; init; }

    /// <summary>This machine's name on the roster.</summary>
    public string? Name { get; init; }

    /// <summary>member or administrator.</summary>
    public string? Role { get; init; }

    /// <summary>The IPv4 address with its prefix length; null if it has none.</summary>
    public string? Ipv4 { get; init; }

    /// <summary>The IPv6 address with its prefix length.</summary>
    public string? Ipv6 { get; init; }

    /// <summary>The name of the device.</summary>
    public string? Device { get; init; }

    /// <summary>The device's MAC address.</summary>
    public string? MacAddress { get; init; }

    /// <summary>The MTU of the segment, in bytes.</summary>
    public int Mtu { get; init; }

    /// <summary>Whether the device hands over super-segments.</summary>
    public bool SegmentationOffload { get; init; }

    /// <summary>The process ID of the daemon.</summary>
    public int ProcessId { get; init; }

    /// <summary>When the daemon began.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>Members on the roster, this machine included.</summary>
    public int Members { get; init; }

    /// <summary>Changes of the roster that this machine knows of, the network's creation included; those that others undid count too.</summary>
    public int RosterEntries { get; init; }

    /// <summary>The roster digest, hexadecimal: members with the same one agree on everything.</summary>
    public string? RosterDigest { get; init; }

    /// <summary>Members with a session.</summary>
    public int Online { get; init; }

    /// <summary>The relays.</summary>
    public IReadOnlyList<RelayReport> Relays { get; init; } = [];

    /// <summary>What went through the device.</summary>
    public TrafficReport Traffic { get; init; } = new();

    /// <summary>What the user should know: a clock that is off, an address that clashes. Sentences.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
