namespace Causeway.Tunnel.Invitations;

/// <summary>How far a newcomer has come.</summary>
public enum JoinState
{
    /// <summary>It tries to reach the inviter.</summary>
    Connecting,

    /// <summary>It has a session with the inviter, and asks.</summary>
    Asking,

    /// <summary>It is on the roster.</summary>
    Joined,

    /// <summary>It was refused, or it is too late.</summary>
    Failed,
}
