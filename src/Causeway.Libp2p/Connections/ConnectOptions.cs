using Causeway.Libp2p.Security;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Connections;

/// <summary>How to come to a connection with a peer.</summary>
public sealed record ConnectOptions
{
    /// <summary>
    /// Whether a connection that a relay limits will do for a stream. Default no: a stream then gets a direct connection or an unlimited relayed one, and
    /// one is dialed if there is none.
    /// </summary>
    public bool AllowLimited { get; init; }

    /// <summary>Whether the connection must not go through a relay: existing relayed ones are passed over, and relayed addresses are not dialed. Default no.</summary>
    public bool RequireDirect { get; init; }

    /// <summary>The addresses to dial, whatever failed at them before, instead of the known ones. Default null.</summary>
    public IReadOnlyList<Multiaddress>? Addresses { get; init; }

    /// <summary>
    /// Whether those who know (<see cref="Discovery.IPeerRouting"/>, such as the DHT) are asked where the peer is, when no address is known or none leads to
    /// it. Default yes; what is asked so must itself say no.
    /// </summary>
    public bool UseRouting { get; init; } = true;

    /// <summary>
    /// Which side we are in the security handshake and the muxer. Responder is for hole punching, where both ends dial at once and one must be the
    /// responder (libp2p specs, <c>relay/DCUtR.md</c>). Default initiator.
    /// </summary>
    public ConnectionRole Role { get; init; } = ConnectionRole.Initiator;

    /// <summary>Whether <paramref name="connection"/> is good enough.</summary>
    internal bool Accepts(IConnection connection) => !RequireDirect || !connection.IsRelayed;
}
