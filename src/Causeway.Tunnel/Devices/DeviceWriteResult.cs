namespace Causeway.Tunnel.Devices;

/// <summary>What became of a frame that was written to a device.</summary>
public enum DeviceWriteResult
{
    /// <summary>The machine has it.</summary>
    Written,

    /// <summary>Dropped: the machine's queue is full.</summary>
    Full,

    /// <summary>Dropped: somebody switched the interface off.</summary>
    Down,

    /// <summary>Dropped: the machine does not take such a frame, or not with such a header.</summary>
    Refused,
}
