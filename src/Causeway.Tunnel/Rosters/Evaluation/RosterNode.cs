using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters.Evaluation;

/// <summary>A verified entry with its parents.</summary>
internal sealed class RosterNode(RosterEntry entry, RosterNode[] parents, int slot) : IComparable<RosterNode>
{
    public RosterEntry Entry => entry;

    public RosterNode[] Parents => parents;

    /// <summary>The number of entries that were there before; a parent's is lower.</summary>
    public int Slot => slot;

    /// <summary>The peer that this entry gives rights to: CREATE, ADD as administrator, ROLE administrator.</summary>
    public TunnelPeerId? Granted => entry.Change switch
    {
        RosterChange.CreateNetwork or RosterChange.AddMember { Role: RosterRole.Administrator } or RosterChange.SetRole { Value: RosterRole.Administrator } => entry.Change.Subject,
        _ => null,
    };

    /// <summary>The peer that this entry takes rights from: REMOVE, ROLE member.</summary>
    public TunnelPeerId? Revoked => entry.Change switch
    {
        RosterChange.RemoveMember or RosterChange.SetRole { Value: RosterRole.Member } => entry.Change.Subject,
        _ => null,
    };

    /// <summary>Whether this entry makes its subject a member.</summary>
    public bool Admits => entry.Change is RosterChange.CreateNetwork or RosterChange.AddMember;

    /// <summary>Whether this entry is without effect on somebody who is no member at that point.</summary>
    public bool NeedsPresence => entry.Change is RosterChange.SetName or RosterChange.SetAddress or RosterChange.SetRole { Value: RosterRole.Administrator };

    /// <summary>The order of §5.2: by height, then by ID. Ancestors come first.</summary>
    public int CompareTo(RosterNode? other)
    {
        if (other is null) return 1;
        var order = entry.Height.CompareTo(other.Entry.Height);
        return order != 0 ? order : entry.Id.CompareTo(other.Entry.Id);
    }
}
