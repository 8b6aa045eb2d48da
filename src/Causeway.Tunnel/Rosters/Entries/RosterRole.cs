namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>What a member may do.</summary>
public enum RosterRole
{
    /// <summary>Be on the segment.</summary>
    Member = 0,

    /// <summary>Change the roster too.</summary>
    Administrator = 1,
}
