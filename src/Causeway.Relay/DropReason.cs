namespace Causeway.Relay;

/// <summary>Why a record was not forwarded.</summary>
internal enum DropReason
{
    /// <summary>The queue to its destination is full.</summary>
    QueueFull,

    /// <summary>Others had less waiting for the same destination.</summary>
    PushedOut,

    /// <summary>Its destination is not connected.</summary>
    NotConnected,

    /// <summary>Its destination does not want anything from its sender.</summary>
    Blocked,
}
