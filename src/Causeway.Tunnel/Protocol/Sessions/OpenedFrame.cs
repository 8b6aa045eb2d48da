using Causeway.Tunnel.Protocol.Sessions.Frames;

namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>An authentic, new and well-formed frame. The body lies where the payload lay.</summary>
/// <param name="kind">What it is.</param>
/// <param name="body">Its body.</param>
public readonly ref struct OpenedFrame(FrameKind kind, Span<byte> body)
{
    /// <summary>What it is. Kinds up to HEARTBEAT_ACK and from ROSTER_HEADS on are for the caller; the session has already acted on its own.</summary>
    public FrameKind Kind { get; } = kind;

    /// <summary>Its body, to be used before the buffer is.</summary>
    public Span<byte> Body { get; } = body;

    /// <summary>The peer's roster digest if this is a HEARTBEAT or HEARTBEAT_ACK, else empty.</summary>
    public ReadOnlySpan<byte> RosterDigest => Kind is FrameKind.Heartbeat or FrameKind.HeartbeatAck ? Body[^FrameBody.DigestSize..] : default;
}
