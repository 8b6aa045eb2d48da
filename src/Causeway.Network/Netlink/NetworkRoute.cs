using System.Net;

namespace Causeway.Network.Netlink;

/// <summary>A route: an entry of a routing table, or the kernel's answer to which way a destination is reached.</summary>
public sealed record NetworkRoute
{
    /// <summary>What it leads to; a single address in answers to queries.</summary>
    public required IPNetwork Destination { get; init; }

    /// <summary>The interface that packets leave by; 0 where there is none or more than one.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>The next router; null where the destination is on the segment itself.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The address that packets leave with, unless the sender chose one.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The kind: 1 to a machine, 2 to this machine itself, 3 broadcast, 5 multicast, 6 blackhole, 7 unreachable, 8 prohibited (<c>RTN_…</c>, rtnetlink(7)).</summary>
    public byte Type { get; init; }

    /// <summary>The table: 254 main, 255 local.</summary>
    public uint Table { get; init; }

    /// <summary>Of two routes to one destination the lower one counts.</summary>
    public uint Priority { get; init; }

    /// <summary>Whether packets stay on this machine.</summary>
    public bool IsLocal => Type == 2;
}
