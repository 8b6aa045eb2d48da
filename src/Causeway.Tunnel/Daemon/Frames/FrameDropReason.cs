namespace Causeway.Tunnel.Daemon.Frames;

/// <summary>Why the daemon drops a frame that the switch would have passed on.</summary>
internal enum FrameDropReason
{
    /// <summary>No relay is connected.</summary>
    NoRelay,

    /// <summary>The member is connected to no relay that this machine is connected to.</summary>
    Unreachable,

    /// <summary>There is no session with the member.</summary>
    NoSession,

    /// <summary>The relay takes less than is sent.</summary>
    RelayBusy,

    /// <summary>Larger than the member takes.</summary>
    TooLarge,

    /// <summary>The system handed out something that cannot be sent.</summary>
    Unusable,

    /// <summary>It was on its way to a relay through the tunnel that runs over this relay.</summary>
    Loop,

    /// <summary>A member sent an offload header that does not fit its frame.</summary>
    BadOffload,

    /// <summary>From one who is not on the roster.</summary>
    NoMember,

    /// <summary>The device's queue is full.</summary>
    DeviceFull,

    /// <summary>The device is switched off.</summary>
    DeviceDown,

    /// <summary>The system did not take it.</summary>
    DeviceRefused,
}
