namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>Why a member ends a session: the body of CLOSE (docs/protocol/tunnel.md §4.1). The values are those on the wire.</summary>
public enum CloseReason : byte
{
    /// <summary>No reason; never on the wire.</summary>
    None = 0,

    /// <summary>The member shuts down.</summary>
    ShuttingDown = 1,

    /// <summary>The peer is no longer on the roster.</summary>
    Removed = 2,

    /// <summary>Another session takes its place.</summary>
    Replaced = 3,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolError = 4,
}
