using System.Runtime.InteropServices;
using System.Text;
using Causeway.Network.Ethernet;
using Causeway.Network.Netlink;
using Causeway.Network.Posix;
using Causeway.Tunnel.Segmentation;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Tunnel.Devices.Linux;

/// <summary>
/// A TAP device of Linux. It is not persistent: it vanishes with the descriptor, however the process ends. Needs CAP_NET_ADMIN in the network
/// namespace's user namespace, and access to /dev/net/tun.
/// </summary>
public sealed class TapDevice : ISegmentDevice
{
    private const string DevicePath = "/dev/net/tun";

    private readonly SafeFileHandle _handle;
    private readonly Readiness _readiness;
    private readonly NetlinkClient _netlink = new();
    private readonly Lock _addressLock = new();
    private IReadOnlyCollection<SegmentAddress> _addresses = [];

    private TapDevice(SafeFileHandle handle, string name, SegmentDeviceOptions options)
    {
        _handle = handle;
        _readiness = new Readiness(handle);
        Name = name;
        Mtu = options.Mtu;
        HasOffload = options.Offload && TryEnableOffload(handle);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int InterfaceIndex { get; private set; }

    /// <inheritdoc/>
    public MacAddress MacAddress { get; private set; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public bool HasOffload { get; }

    /// <inheritdoc/>
    public int MaxReadLength => VirtioNetHeader.Length + OffloadCheck.MaxFrameLength;

    /// <summary>Whether other members can configure this machine's IPv6 routes, because that was wanted or because the system's setting could not be changed.</summary>
    public bool AcceptsRouterAdvertisements { get; private set; }

    /// <summary>Makes the device, sets it up and switches it on.</summary>
    /// <exception cref="SegmentDeviceException">It cannot be had; the message says why and what to do.</exception>
    public static TapDevice Create(SegmentDeviceOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Mtu, 1280, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Mtu, 9000, nameof(options));
        if (!OperatingSystem.IsLinux()) throw new SegmentDeviceException(SegmentDeviceError.NotSupported, "TAP devices of this kind exist on Linux only.");
        var names = TapName.Candidates(options.Name);
        var handle = TunNative.Open(DevicePath, TunNative.ReadWrite | TunNative.NonBlocking | TunNative.CloseOnExec);
        if (handle.IsInvalid) throw OpenFailed(Marshal.GetLastPInvokeError());
        TapDevice? device = null;
        try
        {
            device = new TapDevice(handle, Attach(handle, names, options.Name), options);
            device.Configure(options);
            return device;
        }
        catch (NetlinkException exception)
        {
            device?.Dispose();
            handle.Dispose();
            throw new SegmentDeviceException(exception.IsPermission ? SegmentDeviceError.NotPermitted : SegmentDeviceError.Failed, exception.Message, exception);
        }
        catch
        {
            device?.Dispose();
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool WaitForFrames(TimeSpan timeout)
    {
        try
        {
            return _readiness.Wait(timeout) != ReadinessResult.Woken;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public unsafe int TryRead(Span<byte> destination)
    {
        // The driver would cut a longer frame off without a word.
        if (destination.Length < MaxReadLength) throw new ArgumentException($"A read needs room for {MaxReadLength} bytes.", nameof(destination));
        try
        {
            fixed (byte* bytes = destination)
            {
                while (true)
                {
                    var read = TunNative.Read(_handle, bytes, (nuint)destination.Length);
                    if (read >= 0) return (int)read;
                    var errno = Marshal.GetLastPInvokeError();
                    if (errno == Errno.EAGAIN) return 0;
                    if (errno != Errno.EINTR) throw Broken(errno);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // Somebody disposes while we read: the next wait says that it is over.
            return 0;
        }
    }

    /// <inheritdoc/>
    public unsafe DeviceWriteResult Write(ReadOnlySpan<byte> headerAndFrame)
    {
        fixed (byte* bytes = headerAndFrame)
        {
            var whole = new TunNative.Vector { Base = bytes, Length = (nuint)headerAndFrame.Length };
            return WriteVectors(&whole, 1);
        }
    }

    /// <inheritdoc/>
    public unsafe DeviceWriteResult Write(in VirtioNetHeader header, ReadOnlySpan<byte> frame)
    {
        Span<byte> encoded = stackalloc byte[VirtioNetHeader.Length];
        header.Write(encoded);
        fixed (byte* headerBytes = encoded, frameBytes = frame)
        {
            var vectors = stackalloc TunNative.Vector[2];
            vectors[0] = new TunNative.Vector { Base = headerBytes, Length = VirtioNetHeader.Length };
            vectors[1] = new TunNative.Vector { Base = frameBytes, Length = (nuint)frame.Length };
            return WriteVectors(vectors, 2);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<SegmentAddress> SetAddresses(IReadOnlyCollection<SegmentAddress> addresses)
    {
        try
        {
            lock (_addressLock)
            {
                if (AddressClash.Find(addresses, _netlink.GetAddresses(), _netlink.GetLinks(), InterfaceIndex) is { } clash) throw new SegmentDeviceException(SegmentDeviceError.AddressClash, clash);
                foreach (var old in _addresses.Except(addresses)) Remove(old);
                List<SegmentAddress> refused = [];
                foreach (var address in addresses.Except(_addresses))
                {
                    if (!TryAdd(address)) refused.Add(address);
                }

                _addresses = [.. addresses.Except(refused)];
                return refused;
            }
        }
        catch (NetlinkException exception)
        {
            throw new SegmentDeviceException(exception.IsPermission ? SegmentDeviceError.NotPermitted : SegmentDeviceError.Failed, exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public void Stop() => _readiness.Wake();

    /// <summary>Deletes the device.</summary>
    public void Dispose()
    {
        Stop();
        _handle.Dispose();
        _readiness.Dispose();
        _netlink.Dispose();
    }

    private static unsafe string Attach(SafeFileHandle handle, IEnumerable<string> names, string wanted)
    {
        foreach (var name in names)
        {
            // Exclusive: an interface that somebody else made is never taken over, not even a persistent TAP device without an owner.
            var request = new TunNative.InterfaceRequest { Flags = TunNative.Tap | TunNative.NoPacketInformation | TunNative.VirtioHeader | TunNative.Exclusive };
            Encoding.UTF8.GetBytes(name, new Span<byte>(request.Name, 15));
            if (TunNative.Control(handle, TunNative.SetInterface, &request) == 0)
            {
                SetUpHeader(handle);
                return name;
            }

            var errno = Marshal.GetLastPInvokeError();
            if (errno is not (Errno.EBUSY or Errno.EEXIST)) throw AttachFailed(errno, name);
        }

        throw new SegmentDeviceException(SegmentDeviceError.NameInUse, NameInUse(wanted));
    }

    private static unsafe void SetUpHeader(SafeFileHandle handle)
    {
        int size = VirtioNetHeader.Length, littleEndian = 1;
        if (TunNative.Control(handle, TunNative.SetHeaderSize, &size) != 0 || TunNative.Control(handle, TunNative.SetLittleEndian, &littleEndian) != 0)
            throw new SegmentDeviceException(SegmentDeviceError.NotSupported, $"The kernel's TAP devices are too old; Linux 4.0 is needed ({Errno.Describe(Marshal.GetLastPInvokeError())}).");
    }

    private static bool TryEnableOffload(SafeFileHandle handle)
    {
        const nuint Tcp = TunNative.OffloadChecksum | TunNative.OffloadTcpIPv4 | TunNative.OffloadTcpIPv6 | TunNative.OffloadTcpEcn;
        const nuint Udp = TunNative.OffloadUdpIPv4 | TunNative.OffloadUdpIPv6;
        // UDP since Linux 6.2; older ones refuse flags that they do not know.
        return TunNative.Control(handle, TunNative.SetOffload, Tcp | Udp) == 0 || TunNative.Control(handle, TunNative.SetOffload, Tcp) == 0;
    }

    private static string NameInUse(string name)
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

    private void Configure(SegmentDeviceOptions options)
    {
        var link = _netlink.FindLink(Name) ?? throw new SegmentDeviceException(SegmentDeviceError.Gone, $"Somebody deleted {Name} at once.");
        InterfaceIndex = link.Index;
        _netlink.SetLink(InterfaceIndex, new LinkSettings { Mtu = options.Mtu, MacAddress = options.MacAddress });
        AcceptsRouterAdvertisements = options.AcceptRouterAdvertisements || !InterfaceSettings.TryRefuseRouterAdvertisements(Name);
        // Addresses before "up", so that nothing leaves with an address of another interface.
        SetAddresses(options.Addresses);
        _netlink.SetUp(InterfaceIndex, true);
        MacAddress = (options.MacAddress ?? _netlink.FindLink(Name)?.MacAddress) ?? throw new SegmentDeviceException(SegmentDeviceError.Gone, $"Somebody deleted {Name} at once.");
    }

    private bool TryAdd(SegmentAddress address)
    {
        try
        {
            _netlink.AddAddress(ToInterfaceAddress(address));
            return true;
        }
        catch (NetlinkException exception) when (exception.Errno is Errno.EACCES or Errno.EOPNOTSUPP)
        {
            // "disable_ipv6" gives the one, a kernel without IPv6 the other.
            return false;
        }
        catch (NetlinkException exception) when (exception.Errno == Errno.EEXIST)
        {
            return true;
        }
    }

    private void Remove(SegmentAddress address)
    {
        try
        {
            _netlink.RemoveAddress(ToInterfaceAddress(address));
        }
        catch (NetlinkException exception) when (exception.Errno == Errno.EADDRNOTAVAIL)
        {
            // The user was faster.
        }
    }

    // No duplicate detection: addresses come from the roster, which knows no duplicates, and any member could deny us one by answering.
    private InterfaceAddress ToInterfaceAddress(SegmentAddress address) => new()
    {
        InterfaceIndex = InterfaceIndex,
        Address = address.Address,
        PrefixLength = address.PrefixLength,
        Flags = address.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? InterfaceAddressFlags.NoDuplicateDetection : InterfaceAddressFlags.None,
    };

    private unsafe DeviceWriteResult WriteVectors(TunNative.Vector* vectors, int count)
    {
        try
        {
            while (true)
            {
                if (TunNative.WriteVector(_handle, vectors, count) >= 0) return DeviceWriteResult.Written;
                if (Classify(Marshal.GetLastPInvokeError()) is { } result) return result;
            }
        }
        catch (ObjectDisposedException)
        {
            return DeviceWriteResult.Down;
        }
    }

    private DeviceWriteResult? Classify(int errno) => errno switch
    {
        Errno.EINTR => null,
        Errno.EAGAIN or Errno.ENOBUFS or Errno.ENOMEM => DeviceWriteResult.Full,
        Errno.EIO => DeviceWriteResult.Down,
        Errno.EINVAL => DeviceWriteResult.Refused,
        _ => throw Broken(errno),
    };

    private SegmentDeviceException Broken(int errno) => errno == Errno.EBADFD
        ? new SegmentDeviceException(SegmentDeviceError.Gone, $"Somebody deleted the TAP device {Name}; bring the tunnel up again.")
        : new SegmentDeviceException(SegmentDeviceError.Failed, $"The TAP device {Name} failed: {Errno.Describe(errno)}.");
}
