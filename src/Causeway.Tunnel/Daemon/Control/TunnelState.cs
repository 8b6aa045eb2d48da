namespace Causeway.Tunnel.Daemon.Control;

/// <summary>Where a member's tunnel stands.</summary>
public enum TunnelState
{
    /// <summary>The device is being made, the first relay not reached yet.</summary>
    Starting,

    /// <summary>An invitation is being redeemed; this machine is not on the roster yet.</summary>
    Joining,

    /// <summary>The device is up and at least one relay is connected.</summary>
    Up,

    /// <summary>The device is up, no relay is reached; attempts go on.</summary>
    NoRelay,

    /// <summary>An administrator has removed this machine from the roster.</summary>
    Removed,

    /// <summary>Shutting down.</summary>
    Stopping,
}
