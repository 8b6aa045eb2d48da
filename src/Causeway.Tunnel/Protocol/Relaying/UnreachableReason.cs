namespace Causeway.Tunnel.Protocol.Relaying;

/// <summary>Why a destination cannot be reached (tunnel protocol §2.1, UNREACHABLE).</summary>
public enum UnreachableReason : byte
{
    /// <summary>No reason; never on the wire.</summary>
    None = 0,

    /// <summary>It is not connected to this relay.</summary>
    NotConnected = 1,

    /// <summary>It has blocked the sender.</summary>
    NotAccepting = 2,
}
