namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>The first byte of a handshake message (docs/protocol/tunnel.md §3.1).</summary>
public enum HandshakeMessageType : byte
{
    /// <summary>None; never on the wire.</summary>
    None = 0,

    /// <summary>The initiator begins.</summary>
    Hello = 0x01,

    /// <summary>The responder wants a cookie or a public key first.</summary>
    Retry = 0x02,

    /// <summary>The responder's ephemeral keys, signed.</summary>
    Challenge = 0x03,

    /// <summary>The initiator's ciphertext and its sealed proof.</summary>
    Response = 0x04,

    /// <summary>The responder's sealed confirmation.</summary>
    Established = 0x05,

    /// <summary>A hint why there will be no session. It is not authenticated.</summary>
    Error = 0x06,
}
