namespace Causeway.Tunnel.Rosters;

/// <summary>What became of an entry that was offered to a log.</summary>
public enum RosterAddResult
{
    /// <summary>It is new, verified, and part of the log now.</summary>
    Added,

    /// <summary>It was there already.</summary>
    Known,

    /// <summary>A parent is not there yet; nothing was kept.</summary>
    ParentsMissing,

    /// <summary>It belongs to another network, stands at a wrong height, or its signature is not its author's. Whoever sends it is broken or hostile.</summary>
    Invalid,

    /// <summary>The log holds as many entries as it may.</summary>
    Full,
}
