namespace Causeway.Tunnel.Invitations;

/// <summary>Why a newcomer is not taken in: the code of JOIN_REFUSED (tunnel protocol §6).</summary>
public enum JoinRefusal
{
    /// <summary>No code; on the wire it is refused.</summary>
    None = 0,

    /// <summary>The invitation is unknown, revoked, expired, or was used by another.</summary>
    Invitation = 1,

    /// <summary>The inviter is no administrator any more.</summary>
    NotAdministrator = 2,

    /// <summary>The network cannot take one more, or not this one; the text says why.</summary>
    NoPlace = 3,

    /// <summary>Something else failed at the inviter.</summary>
    Internal = 4,
}
