namespace Causeway.Network.Netlink;

/// <summary>Flags of an address (<c>IFA_F_…</c>, rtnetlink(7)).</summary>
[Flags]
public enum InterfaceAddressFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A further address of a network that the interface has one of already; with IPv6, a temporary one.</summary>
    Secondary = 0x1,

    /// <summary>No duplicate address detection (RFC 4862 §5.4): usable at once.</summary>
    NoDuplicateDetection = 0x2,

    /// <summary>Another machine answered for it; not in use.</summary>
    DuplicateDetected = 0x8,

    /// <summary>Not to be chosen for new connections.</summary>
    Deprecated = 0x20,

    /// <summary>Duplicate address detection is still going on.</summary>
    Tentative = 0x40,

    /// <summary>Does not expire.</summary>
    Permanent = 0x80,

    /// <summary>No route to its network comes with it.</summary>
    NoPrefixRoute = 0x200,
}
