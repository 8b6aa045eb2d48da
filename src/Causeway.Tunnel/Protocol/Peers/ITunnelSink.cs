using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>
/// Where a <see cref="TunnelEndpoint"/> puts what comes out of it. It is called without any lock of the endpoint, from whichever thread called the endpoint,
/// and may call back. Spans are valid during the call only. It must not throw.
/// </summary>
public interface ITunnelSink
{
    /// <summary>A payload is to be sent to a peer, in a DATA record: a message of a handshake, or a control frame.</summary>
    void Send(TunnelPeerId destination, ReadOnlySpan<byte> payload);

    /// <summary>An Ethernet frame came from a member. The body is that of FRAME or OFFLOAD_FRAME (docs/protocol/tunnel.md §4.1), to be used in place.</summary>
    void FrameReceived(TunnelPeerId source, FrameKind kind, Span<byte> body);

    /// <summary>One of ROSTER_HEADS, ROSTER_WANT, ROSTER_ENTRIES, JOIN, JOIN_REFUSED came from a member or a newcomer.</summary>
    void ControlReceived(TunnelPeerId source, FrameKind kind, ReadOnlySpan<byte> body);

    /// <summary>A heartbeat came: the peer's roster digest, 32 bytes.</summary>
    void DigestReceived(TunnelPeerId source, ReadOnlySpan<byte> rosterDigest);

    /// <summary>A heartbeat of this member was answered, such as one of <see cref="TunnelEndpoint.Ping"/>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="roundTripTime">How long the last answered heartbeat took there and back.</param>
    void HeartbeatAnswered(TunnelPeerId peer, TimeSpan roundTripTime)
    {
    }

    /// <summary>
    /// There is a session with a peer; or another one in the place of the one before, without a break. The first frames may have come before this, on
    /// another thread.
    /// </summary>
    void SessionUp(TunnelPeerId peer, PeerSession session);

    /// <summary>There is no session with a peer any more.</summary>
    void SessionDown(TunnelPeerId peer, SessionEnd reason);

    /// <summary>An attempt to reach a peer failed; the next one follows by itself.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="hint">What the peer, or somebody in its name, said about it; <see cref="HandshakeErrorCode.None"/> if nothing.</param>
    void AttemptFailed(TunnelPeerId peer, HandshakeErrorCode hint);

    /// <summary>The peer, or somebody in its name, says why a handshake will not work. The attempt goes on.</summary>
    void HandshakeHint(TunnelPeerId peer, HandshakeErrorCode hint);

    /// <summary><see cref="TunnelEndpoint.RunWork"/> has something to do, or <see cref="TunnelEndpoint.TimeUntilDue"/> has become shorter. Called from any thread, often; only sets an event.</summary>
    void Wake();
}
