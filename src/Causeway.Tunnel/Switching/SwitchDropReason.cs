namespace Causeway.Tunnel.Switching;

/// <summary>Why the switch does not pass a frame on.</summary>
public enum SwitchDropReason
{
    /// <summary>It does.</summary>
    None,

    /// <summary>Shorter than an Ethernet header.</summary>
    TooShort,

    /// <summary>Longer than any frame may be.</summary>
    TooLong,

    /// <summary>The source is a group, or all zero: no interface has such an address.</summary>
    InvalidSource,

    /// <summary>For 01:80:c2:00:00:00 to …:0f, which bridges keep to themselves (IEEE 802.1Q §8.6.3).</summary>
    LinkLocalReserved,

    /// <summary>From a member, with the address of this machine's own device.</summary>
    SourceIsLocal,

    /// <summary>With the address that belongs to another member.</summary>
    SourceIsPinned,

    /// <summary>With an address that was active elsewhere a moment ago.</summary>
    SourceIsContested,

    /// <summary>From this machine, to an address on this machine.</summary>
    DestinationIsLocal,

    /// <summary>From a member, to an address at another member: it would have to go there itself.</summary>
    DestinationIsElsewhere,

    /// <summary>For, or from, a member that is not connected.</summary>
    NotConnected,

    /// <summary>No member is connected.</summary>
    NobodyThere,

    /// <summary>More frames for everybody than the limit allows.</summary>
    Storm,
}
