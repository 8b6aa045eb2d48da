namespace Causeway.Tunnel.Protocol.Peers;

/// <summary>Why there is no session with a peer any more.</summary>
public enum SessionEnd
{
    /// <summary>This member closed it.</summary>
    Closed,

    /// <summary>The peer closed it: it shuts down, or has removed us.</summary>
    ClosedByPeer,

    /// <summary>Nothing was heard for three heartbeat intervals, or the keys could not be renewed for too long.</summary>
    Dead,

    /// <summary>The peer is no longer on the roster.</summary>
    Removed,
}
