namespace Causeway.Ipfs.UnixFs;

/// <summary>How the leaves of a file are linked.</summary>
public enum FileLayout
{
    /// <summary>A tree with all leaves at the same depth: quick to seek in.</summary>
    Balanced,

    /// <summary>A tree whose first leaves are linked by the root, and later ones deeper and deeper: quick to begin with.</summary>
    Trickle,
}
