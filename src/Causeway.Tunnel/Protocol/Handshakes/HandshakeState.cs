namespace Causeway.Tunnel.Protocol.Handshakes;

/// <summary>Where a handshake stands (docs/protocol/tunnel.md §3.5).</summary>
public enum HandshakeState
{
    /// <summary>The initiator waits for CHALLENGE.</summary>
    HelloSent,

    /// <summary>The responder waits for RESPONSE.</summary>
    ChallengeSent,

    /// <summary>The initiator waits for ESTABLISHED.</summary>
    ResponseSent,

    /// <summary>There is a session.</summary>
    Established,

    /// <summary>It is over without a session, and the secrets are zeroed.</summary>
    Ended,
}
