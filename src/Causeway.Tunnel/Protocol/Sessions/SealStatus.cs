namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>What became of a frame that was to be sealed.</summary>
public enum SealStatus
{
    /// <summary>Sealed, to be sent.</summary>
    Sealed,

    /// <summary>The body is none of its kind: too long, too short, or the peer takes no such frames.</summary>
    BadBody,

    /// <summary>The epoch has carried twice its limits without a successor; only a new epoch or a new handshake helps.</summary>
    Exhausted,

    /// <summary>The session has ended.</summary>
    Closed,
}
