namespace Causeway.Network.Netlink;

/// <summary>Flags of an interface (<c>IFF_…</c>, netdevice(7)).</summary>
[Flags]
public enum LinkFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Switched on by the administrator.</summary>
    Up = 0x1,

    /// <summary>Can send to all of its segment.</summary>
    Broadcast = 0x2,

    /// <summary>The loopback.</summary>
    Loopback = 0x8,

    /// <summary>Joins two machines, without a segment.</summary>
    PointToPoint = 0x10,

    /// <summary>Ready to carry packets.</summary>
    Running = 0x40,

    /// <summary>Can send to groups.</summary>
    Multicast = 0x1000,

    /// <summary>The layer below says that there is a carrier.</summary>
    LowerUp = 0x10000,
}
