namespace Causeway.Libp2p.Transports.Tcp;

/// <summary>
/// Whether connections are dialed from a port that is listened on. A NAT that maps by the inner address alone then shows others one port for both, which
/// is what observed addresses and hole punching need (libp2p specs, <c>connections/hole-punching.md</c>).
/// </summary>
/// <remarks>
/// The listening socket is bound without SO_REUSEPORT, so that a port that is taken stays an error, and gets it afterwards, so that the sockets that dial
/// can share it. From then on another process of the same user can bind the port too, and take connections that are meant for us; it could also read our
/// memory, so nothing is lost by that.
/// </remarks>
public enum PortReuse
{
    /// <summary>Never.</summary>
    Off,

    /// <summary>To public addresses. In private networks and on this machine no NAT is in the way, and peers that discover each other at once would dial into each other.</summary>
    Public,

    /// <summary>Always.</summary>
    Always,
}
