using Causeway.Cryptography.Hybrid;
using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Handshakes;

/// <summary>What a completed handshake hands over. Whoever takes it owns the secrets.</summary>
public sealed class HandshakeResult : IDisposable
{
    internal HandshakeResult(SessionSecrets secrets, SessionParameters parameters, HandshakeParameters peer, HybridPublicKey peerKey)
    {
        Secrets = secrets;
        Parameters = parameters;
        Peer = peer;
        PeerKey = peerKey;
    }

    /// <summary>The session's secrets.</summary>
    public SessionSecrets Secrets { get; }

    /// <summary>What both ends agreed on.</summary>
    public SessionParameters Parameters { get; }

    /// <summary>What the other end said of itself: its addresses, whether it supports direct paths.</summary>
    public HandshakeParameters Peer { get; }

    /// <summary>The other end's public key, which has been proved.</summary>
    public HybridPublicKey PeerKey { get; }

    /// <summary>The ID of the invitation by which a newcomer was let in, on the inviter's side; else null.</summary>
    public byte[]? InvitationId { get; internal init; }

    /// <summary>Zeroes the secrets.</summary>
    public void Dispose() => Secrets.Dispose();
}
