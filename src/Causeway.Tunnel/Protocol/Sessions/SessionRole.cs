namespace Causeway.Tunnel.Protocol.Sessions;

/// <summary>Which side of the handshake a member was. It decides the traffic keys of each direction, and who begins a rekey.</summary>
public enum SessionRole
{
    /// <summary>Sent HELLO; begins rekeys.</summary>
    Initiator,

    /// <summary>Answered HELLO.</summary>
    Responder,
}
