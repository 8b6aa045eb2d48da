using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Daemon.Membership;

/// <summary>Gives addresses to members that have none, where this machine is the one to do so: the administrator with the lowest peer ID (tunnel protocol §5.2).</summary>
internal sealed class AddressRepair(RosterAuthor author, TunnelPeerId self, TimeProvider time)
{
    // Time for changes that are under way to arrive.
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(3);

    private long? _due;

    /// <summary>The roster has changed.</summary>
    public void OnRoster(Roster roster)
    {
        var isTurn = roster.Administrators.FirstOrDefault()?.PeerId == self && roster.Members.Any(m => m.IPv4 is null);
        _due = isTurn ? time.GetTimestamp() + (long)(Delay.TotalSeconds * time.TimestampFrequency) : null;
    }

    /// <summary>Writes the entries that are due; to be announced. When the subnet is full there are none, until the roster changes.</summary>
    public IReadOnlyList<RosterEntry> OnTime()
    {
        if (_due is not { } due || time.GetTimestamp() < due) return [];
        _due = null;
        return author.Repair();
    }
}
