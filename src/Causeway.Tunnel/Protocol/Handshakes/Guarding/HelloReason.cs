namespace Causeway.Tunnel.Protocol.Handshakes.Guarding;

/// <summary>Why a HELLO was decided upon so, in the order in which the checks are made (docs/protocol/tunnel.md §3.4).</summary>
public enum HelloReason
{
    /// <summary>Step 1: it is not one valid HELLO.</summary>
    Malformed,

    /// <summary>Step 1: another version.</summary>
    Version,

    /// <summary>Step 1: the relay names another source, or it is meant for another.</summary>
    Misdirected,

    /// <summary>Step 2: not on the roster, no invitation.</summary>
    Unknown,

    /// <summary>Step 2: the invitation is not valid.</summary>
    Invitation,

    /// <summary>Step 3: too many from this source.</summary>
    TooMany,

    /// <summary>Step 3: a repetition of the one being answered.</summary>
    Repeated,

    /// <summary>Step 3: no suite in common.</summary>
    NoCommonSuite,

    /// <summary>Step 3: too many handshakes are pending.</summary>
    Busy,

    /// <summary>Step 4: it could be a replay, or there are too many: a cookie is wanted.</summary>
    CookieNeeded,

    /// <summary>Step 5: the public key is wanted.</summary>
    KeysNeeded,

    /// <summary>Step 5: the public key is not the one that the peer ID names.</summary>
    WrongKey,

    /// <summary>Step 6: a signature does not verify.</summary>
    Signature,

    /// <summary>All is well.</summary>
    Authentic,
}
