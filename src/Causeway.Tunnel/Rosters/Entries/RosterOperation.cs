namespace Causeway.Tunnel.Rosters.Entries;

/// <summary>What a roster entry does (tunnel protocol §5.1).</summary>
public enum RosterOperation
{
    /// <summary>No operation; on the wire it is refused.</summary>
    None = 0,

    /// <summary>Makes the network; its author is the first administrator.</summary>
    Create = 1,

    /// <summary>Takes a member in, for the first time or again.</summary>
    Add = 2,

    /// <summary>Throws a member out.</summary>
    Remove = 3,

    /// <summary>Names a member.</summary>
    Name = 4,

    /// <summary>Gives a member an address.</summary>
    Address = 5,

    /// <summary>Makes a member an administrator, or no longer one.</summary>
    Role = 6,

    /// <summary>Sets the relays at which members meet.</summary>
    Relays = 7,
}
