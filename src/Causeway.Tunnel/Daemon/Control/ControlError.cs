namespace Causeway.Tunnel.Daemon.Control;

/// <summary>Why a running tunnel could not be asked.</summary>
public enum ControlError
{
    /// <summary>It said no; the message is its own.</summary>
    Refused,

    /// <summary>No tunnel runs there.</summary>
    NotRunning,

    /// <summary>It belongs to another user.</summary>
    NotAllowed,

    /// <summary>It is of another version, which says other things.</summary>
    OtherVersion,

    /// <summary>It ended, or hangs.</summary>
    NoAnswer,
}
