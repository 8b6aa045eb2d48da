namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>What became of a payload that was to be opened. All but the first mean: counted, dropped, nothing changed.</summary>
public enum OpenStatus
{
    /// <summary>Authentic, new and well-formed.</summary>
    Opened,

    /// <summary>No encrypted frame: wrong length, type or flags.</summary>
    Malformed,

    /// <summary>Its tag is that of another session.</summary>
    OtherSession,

    /// <summary>Its epoch is not alive.</summary>
    UnknownEpoch,

    /// <summary>Its counter was seen before, is older than the window, or can never be reached.</summary>
    Replayed,

    /// <summary>Its tag does not fit: forged, altered, or meant for the other direction.</summary>
    NotAuthentic,

    /// <summary>Authentic, but of an unknown kind, or with a body that is none of its kind.</summary>
    BadBody,

    /// <summary>The session has ended.</summary>
    Closed,
}
