namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>Whether a session carries frames, and else why not.</summary>
public enum SessionState
{
    /// <summary>It carries frames.</summary>
    Open,

    /// <summary>This member has closed it.</summary>
    Closed,

    /// <summary>The peer has closed it.</summary>
    ClosedByPeer,

    /// <summary>Nothing authentic was heard for three heartbeat intervals, or no rekey has come through for too long.</summary>
    Dead,
}
