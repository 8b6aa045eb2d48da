using System.Net;
using Causeway.Network.Ethernet;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters;

/// <summary>A member as all members see it.</summary>
public sealed record RosterMember
{
    /// <summary>The public key, whose hash is the peer ID.</summary>
    public required RosterKey Key { get; init; }

    /// <summary>Who it is.</summary>
    public TunnelPeerId PeerId => Key.PeerId;

    /// <summary>Its name, unlike any other member's.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the name is only a stand-in, because a member with a lower peer ID has the one that was given.</summary>
    public bool HasDefaultName { get; init; }

    /// <summary>Its address, unlike any other member's; null while it has none.</summary>
    public IPAddress? IPv4 { get; init; }

    /// <summary>Its address in the network's /64.</summary>
    public required IPAddress IPv6 { get; init; }

    /// <summary>Its Ethernet address.</summary>
    public required MacAddress Mac { get; init; }

    /// <summary>What it may do.</summary>
    public RosterRole Role => AdministratorSince is null ? RosterRole.Member : RosterRole.Administrator;

    /// <summary>For an administrator, the height of the entry that made it one. Of two who remove each other at the same time, the one with the lower height stays.</summary>
    public ulong? AdministratorSince { get; init; }

    /// <summary>Whether an administrator wins against another one where both remove each other without knowing (tunnel protocol §5.2).</summary>
    public bool IsSeniorTo(RosterMember other) =>
        (AdministratorSince ?? ulong.MaxValue, PeerId).CompareTo((other.AdministratorSince ?? ulong.MaxValue, other.PeerId)) < 0;
}
