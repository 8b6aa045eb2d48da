using System.Net;
using System.Runtime.InteropServices;
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
    private readonly SafeFileHandle _handle;
    private readonly Readiness _readiness;
    private readonly TapInterface _interface;

    private TapDevice(SafeFileHandle handle, TapInterface tapInterface, bool hasOffload, int mtu)
    {
        _handle = handle;
        _readiness = new Readiness(handle);
        _interface = tapInterface;
        HasOffload = hasOffload;
        Mtu = mtu;
    }

    /// <inheritdoc/>
    public string Name => _interface.Name;

    /// <inheritdoc/>
    public int InterfaceIndex => _interface.Index;

    /// <inheritdoc/>
    public MacAddress MacAddress => _interface.MacAddress;

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public bool HasOffload { get; }

    /// <inheritdoc/>
    public int MaxReadLength => VirtioNetHeader.Length + OffloadCheck.MaxFrameLength;

    /// <summary>Whether other members can configure this machine's IPv6 routes, because that was wanted or because the system's setting could not be changed.</summary>
    public bool AcceptsRouterAdvertisements => _interface.AcceptsRouterAdvertisements;

    /// <summary>Makes the device, sets it up and switches it on.</summary>
    /// <exception cref="SegmentDeviceException">It cannot be had; the message says why and what to do.</exception>
    public static TapDevice Create(SegmentDeviceOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Mtu, 1280, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Mtu, 9000, nameof(options));
        var handle = TapDriver.Open(options.Name, out var name);
        try
        {
            var hasOffload = options.Offload && TapDriver.TryEnableOffload(handle);
            return new TapDevice(handle, TapInterface.SetUp(name, options), hasOffload, options.Mtu);
        }
        catch
        {
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
    public IReadOnlyList<SegmentAddress> SetAddresses(IReadOnlyCollection<SegmentAddress> addresses) => _interface.SetAddresses(addresses);

    /// <inheritdoc/>
    public bool IsWayTo(IPAddress destination) => _interface.IsWayTo(destination);

    /// <inheritdoc/>
    public void Stop() => _readiness.Wake();

    /// <summary>Deletes the device.</summary>
    public void Dispose()
    {
        Stop();
        _handle.Dispose();
        _readiness.Dispose();
        _interface.Dispose();
    }

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
