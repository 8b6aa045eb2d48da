using Causeway.Tunnel.Protocol.Handshakes.Messages;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions;

namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>How it stands with a peer, to be shown to a user.</summary>
public sealed record PeerStatus
{
    /// <summary>The peer.</summary>
    public required TunnelPeerId Id { get; init; }

    /// <summary>Its session, if there is one.</summary>
    public PeerSession? Session { get; init; }

    /// <summary>When the session came up.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How long the last answered heartbeat took there and back.</summary>
    public TimeSpan? RoundTripTime { get; init; }

    /// <summary>How far the peer says that its clock is ahead of ours; null if it has not said.</summary>
    public TimeSpan? ClockDifference { get; init; }

    /// <summary>What the session has carried.</summary>
    public SessionStatistics Statistics { get; init; }

    /// <summary>Whether a handshake is going on.</summary>
    public bool IsHandshaking { get; init; }

    /// <summary>How many attempts in a row have failed.</summary>
    public int FailedAttempts { get; init; }

    /// <summary>What was said about the last failed attempt; anybody can have said it.</summary>
    public HandshakeErrorCode LastHint { get; init; }

    /// <summary>When the next attempt begins; null if none is planned.</summary>
    public TimeSpan? NextAttemptIn { get; init; }
}
