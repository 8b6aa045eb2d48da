using System.Runtime.InteropServices;
using System.Text;
using Causeway.Network.Netlink;
using Causeway.Network.Posix;
using Causeway.Tunnel.Segmentation;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Tunnel.Devices.Linux;

/// <summary>Asks the driver for a device.</summary>
internal static class TapDriver
{
    private const string DevicePath = "/dev/net/tun";

    /// <summary>Makes a device with the first name that is free; closing the handle deletes it.</summary>
    /// <exception cref="SegmentDeviceException">It cannot be had.</exception>
    public static SafeFileHandle Open(string template, out string name)
    {
        if (!OperatingSystem.IsLinux()) throw new SegmentDeviceException(SegmentDeviceError.NotSupported, "TAP devices of this kind exist on Linux only.");
        var names = TapName.Candidates(template);
        var handle = TunNative.Open(DevicePath, TunNative.ReadWrite | TunNative.NonBlocking | TunNative.CloseOnExec);
        if (handle.IsInvalid) throw OpenFailed(Marshal.GetLastPInvokeError());
        try
        {
            name = names.FirstOrDefault(candidate => TryAttach(handle, candidate)) ?? throw new SegmentDeviceException(SegmentDeviceError.NameInUse, DescribeOwner(template));
            SetUpHeader(handle);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Lets the kernel hand over super-segments and checksums that are to be completed. False with a kernel that has neither.</summary>
    public static bool TryEnableOffload(SafeFileHandle handle)
    {
        const nuint Tcp = TunNative.OffloadChecksum | TunNative.OffloadTcpIPv4 | TunNative.OffloadTcpIPv6 | TunNative.OffloadTcpEcn;
        const nuint Udp = TunNative.OffloadUdpIPv4 | TunNative.OffloadUdpIPv6;
        // UDP since Linux 6.2; older ones refuse flags that they do not know.
        return TunNative.Control(handle, TunNative.SetOffload, Tcp | Udp) == 0 || TunNative.Control(handle, TunNative.SetOffload, Tcp) == 0;
    }

    private static unsafe bool TryAttach(SafeFileHandle handle, string name)
    {
        // Exclusive: an interface that somebody else made is never taken over, not even a persistent TAP device without an owner.
        var request = new TunNative.InterfaceRequest { Flags = TunNative.Tap | TunNative.NoPacketInformation | TunNative.VirtioHeader | TunNative.Exclusive };
        Encoding.UTF8.GetBytes(name, new Span<byte>(request.Name, 15));
        if (TunNative.Control(handle, TunNative.SetInterface, &request) == 0) return true;
        var errno = Marshal.GetLastPInvokeError();
        return errno is Errno.EBUSY or Errno.EEXIST ? false : throw AttachFailed(errno, name);
    }

    private static unsafe void SetUpHeader(SafeFileHandle handle)
    {
        int size = VirtioNetHeader.Length, littleEndian = 1;
        if (TunNative.Control(handle, TunNative.SetHeaderSize, &size) != 0 || TunNative.Control(handle, TunNative.SetLittleEndian, &littleEndian) != 0)
        {
            throw new SegmentDeviceException(
                SegmentDeviceError.NotSupported,
                $"The kernel's TAP devices are too old; Linux 4.0 is needed ({Errno.Describe(Marshal.GetLastPInvokeError())}).");
        }
    }

    private static string DescribeOwner(string name)
    {
        if (name.EndsWith('#')) return $"All interfaces that '{name}' could stand for exist already; choose another name.";
        using var netlink = new NetlinkClient();
        return netlink.FindLink(name) switch
        {
            { Kind: "tun" } => $"The TAP device {name} exists already: another tunnel uses it, or 'ip tuntap' made it. Stop that one, delete it, or choose another name.",
            { Kind: var kind } => $"There is an interface {name} already, and it is no TAP device ({kind ?? "hardware"}); choose another name.",
            null => $"The TAP device {name} is in use; choose another name.",
        };
    }

    private static SegmentDeviceException OpenFailed(int errno) => errno switch
    {
        Errno.ENOENT or Errno.ENXIO or Errno.ENODEV => new SegmentDeviceException(
            SegmentDeviceError.NotSupported,
            $"{DevicePath} is not there ({Errno.NameOf(errno)}): load the driver with 'modprobe tun', or give the container the device (--device {DevicePath})."),
        Errno.EACCES or Errno.EPERM => new SegmentDeviceException(
            SegmentDeviceError.NotPermitted,
            $"{DevicePath} may not be opened ({Errno.NameOf(errno)}): run as root, or let the user read and write it (chmod 666 {DevicePath} is the usual mode: CAP_NET_ADMIN is asked for all the same)."),
        _ => new SegmentDeviceException(SegmentDeviceError.Failed, $"Opening {DevicePath}: {Errno.Describe(errno)}."),
    };

    private static SegmentDeviceException AttachFailed(int errno, string name) => errno switch
    {
        Errno.EPERM => new SegmentDeviceException(
            SegmentDeviceError.NotPermitted,
            $"Making the TAP device {name} needs CAP_NET_ADMIN (EPERM); run as root, or give the program the capability (setcap cap_net_admin+ep, or AmbientCapabilities= of a systemd unit)."),
        Errno.EINVAL => new SegmentDeviceException(SegmentDeviceError.InvalidName, $"The kernel takes no TAP device with the name '{name}' (EINVAL)."),
        _ => new SegmentDeviceException(SegmentDeviceError.Failed, $"Making the TAP device {name}: {Errno.Describe(errno)}."),
    };
}
