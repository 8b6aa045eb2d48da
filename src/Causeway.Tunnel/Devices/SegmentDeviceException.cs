namespace Causeway.Tunnel.Devices;

/// <summary>The device could not be made, or is not there any more. The message says what to do next.</summary>
public sealed class SegmentDeviceException(SegmentDeviceError error, string message, Exception? innerException = null) : IOException(message, innerException)
{
    /// <summary>What kind of failure it was.</summary>
    public SegmentDeviceError Error { get; } = error;
}

/// <summary>Kinds of failure.</summary>
public enum SegmentDeviceError
{
    /// <summary>The system gave an error that none of the others describes.</summary>
    Failed,

    /// <summary>The system has no such devices: no /dev/net/tun.</summary>
    NotSupported,

    /// <summary>CAP_NET_ADMIN, or access to /dev/net/tun, is missing.</summary>
    NotPermitted,

    /// <summary>No interface can have that name.</summary>
    InvalidName,

    /// <summary>An interface has that name already.</summary>
    NameInUse,

    /// <summary>Another interface has the address, or its network.</summary>
    AddressClash,

    /// <summary>Somebody deleted the device.</summary>
    Gone,
}
