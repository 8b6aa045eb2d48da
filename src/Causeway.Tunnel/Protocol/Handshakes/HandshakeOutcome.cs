namespace Causeway.Tunnel.Protocol.Handshakes;

/// <summary>What a message or the clock did to a handshake.</summary>
public enum HandshakeOutcome
{
    /// <summary>Nothing: the message was not valid here and has left no trace, or nothing was due.</summary>
    None,

    /// <summary>The outgoing message is to be sent, for the first time or again.</summary>
    Send,

    /// <summary>The other side has proved everything: take the result; the responder has its ESTABLISHED to send first.</summary>
    Established,

    /// <summary>The other side, or somebody in its name, says why it will not work. The handshake goes on.</summary>
    Hint,

    /// <summary>It is over without a session, and the secrets are zeroed.</summary>
    Failed,
}
