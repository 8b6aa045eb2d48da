namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>Codes of REFUSED (tunnel protocol §2.1).</summary>
public enum RelayRefusalCode : ushort
{
    /// <summary>No code; never on the wire.</summary>
    None = 0,

    /// <summary>Something was said that the protocol does not allow.</summary>
    Malformed = 1,

    /// <summary>A proof does not hold.</summary>
    NotAuthentic = 2,

    /// <summary>This relay does not serve this peer.</summary>
    NotAllowed = 3,

    /// <summary>The relay has no room.</summary>
    Full = 4,

    /// <summary>Too many connections from one address.</summary>
    TooManyConnections = 5,

    /// <summary>A newer connection of the same peer has taken over.</summary>
    Replaced = 6,

    /// <summary>The relay is going down.</summary>
    Draining = 7,

    /// <summary>The peer has used up what it may.</summary>
    QuotaExceeded = 8,

    /// <summary>No common version.</summary>
    Version = 9,

    /// <summary>Nothing was heard for too long.</summary>
    Idle = 10,

    /// <summary>The relay failed.</summary>
    Internal = 11,
}
