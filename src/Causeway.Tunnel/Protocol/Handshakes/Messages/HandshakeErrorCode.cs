namespace Causeway.Tunnel.Protocol.Handshakes.Messages;

/// <summary>What an ERROR says (docs/protocol/tunnel.md §3.1). It is a hint: nobody can know who sent it.</summary>
public enum HandshakeErrorCode : ushort
{
    /// <summary>None; never on the wire.</summary>
    None = 0,

    /// <summary>The version is not spoken here.</summary>
    Version = 1,

    /// <summary>No suite in common.</summary>
    NoCommonSuite = 2,

    /// <summary>The initiator is not on the roster.</summary>
    Refused = 3,

    /// <summary>Too many handshakes are pending.</summary>
    Busy = 4,

    /// <summary>The invitation is unknown, used or expired.</summary>
    Invitation = 5,
}
