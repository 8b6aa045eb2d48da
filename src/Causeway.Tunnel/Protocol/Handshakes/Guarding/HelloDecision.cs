namespace Causeway.Tunnel.Protocol.Handshakes.Guarding;

/// <summary>What becomes of a HELLO.</summary>
public enum HelloDecision
{
    /// <summary>Nothing: it is not answered.</summary>
    Drop,

    /// <summary>A short answer goes back, RETRY or ERROR, and nothing is kept.</summary>
    Reply,

    /// <summary>It is the one that is being answered already: the CHALLENGE goes out again.</summary>
    Repeat,

    /// <summary>It is authentic and new: the handshake begins.</summary>
    Accept,
}
