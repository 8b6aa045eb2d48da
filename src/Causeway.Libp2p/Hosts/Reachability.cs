namespace Causeway.Libp2p.Hosts;

/// <summary>Whether others can dial a host.</summary>
public enum Reachability
{
    /// <summary>Not known yet.</summary>
    Unknown,

    /// <summary>At one of its addresses at least, from the public internet.</summary>
    Public,

    /// <summary>Not directly: it is behind a NAT or a firewall.</summary>
    Private,
}
