namespace Causeway.Tunnel.Relays;

/// <summary>Where a member's connection to a relay stands.</summary>
public enum RelayConnectionState
{
    /// <summary>It has not begun, or has ended for good.</summary>
    Stopped,

    /// <summary>It is being opened.</summary>
    Connecting,

    /// <summary>Both ends have proved who they are; records flow.</summary>
    Connected,

    /// <summary>Records still flow, but the relay is about to close: time to have another one.</summary>
    Draining,

    /// <summary>It was lost or could not be opened; another attempt follows.</summary>
    WaitingToReconnect,
}
