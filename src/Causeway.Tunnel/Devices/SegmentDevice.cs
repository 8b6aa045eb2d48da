using Causeway.Tunnel.Devices.Linux;

namespace Causeway.Tunnel.Devices;

/// <summary>Makes the device of the operating system at hand.</summary>
public static class SegmentDevice
{
    /// <summary>Makes the device, gives it its addresses and switches it on.</summary>
    /// <exception cref="SegmentDeviceException">It cannot be had; the message says why and what to do.</exception>
    public static ISegmentDevice Create(SegmentDeviceOptions options) => OperatingSystem.IsLinux()
        ? TapDevice.Create(options)
        : throw new SegmentDeviceException(SegmentDeviceError.NotSupported, "The tunnel has a network device for Linux only, so far; run it in a Linux machine or container.");
}
