using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>A session that has come up.</summary>
public sealed record PeerSession
{
    /// <summary>Its name, the same at both ends.</summary>
    public required SessionId Id { get; init; }

    /// <summary>This member's side of the handshake.</summary>
    public required SessionRole Role { get; init; }

    /// <summary>Its suite.</summary>
    public required TunnelSuite Suite { get; init; }

    /// <summary>What both ends agreed on.</summary>
    public required SessionParameters Parameters { get; init; }

    /// <summary>What the peer said of itself.</summary>
    public required HandshakeParameters Peer { get; init; }

    /// <summary>The peer's public key, which it has proved: what an administrator puts on the roster for a newcomer.</summary>
    public required HybridPublicKey PeerKey { get; init; }

    /// <summary>Whether it takes the place of another that was still good.</summary>
    public required bool IsReplacement { get; init; }

    /// <summary>Whether the peer is not on the roster: an invited newcomer, or, for a newcomer, its inviter. Such a session carries no Ethernet frames.</summary>
    public required bool IsGuest { get; init; }

    /// <summary>The ID of the invitation by which a newcomer was let in, on the inviter's side; else null.</summary>
    public byte[]? InvitationId { get; init; }
}
