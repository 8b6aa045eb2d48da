using System.Net;
using Causeway.Network.Ethernet;
using Causeway.Tunnel.Segmentation;

namespace Causeway.Tunnel.Devices;

/// <summary>
/// The machine's Ethernet interface on the segment. Frames go in and out with a <see cref="VirtioNetHeader"/> of ten bytes in front, all zero
/// for a device without offload, so that a frame is read right behind whatever its envelope starts with, and is encrypted where it lies.
/// <para>One thread reads: it waits, then reads until nothing is left (or until it has enough for one batch). Any thread may write.
/// Nothing is allocated per frame.</para>
/// </summary>
public interface ISegmentDevice : IDisposable
{
    /// <summary>The name that the operating system shows, such as <c>chr-001</c>.</summary>
    string Name { get; }

    /// <summary>The operating system's number for the interface.</summary>
    int InterfaceIndex { get; }

    /// <summary>The Ethernet address.</summary>
    MacAddress MacAddress { get; }

    /// <summary>Bytes of payload in an ordinary frame.</summary>
    int Mtu { get; }

    /// <summary>Whether the device hands out and takes super-segments and incomplete checksums. Without, only headers that are <see cref="VirtioNetHeader.IsPlain"/> are read, and may be written.</summary>
    bool HasOffload { get; }

    /// <summary>Room that a read needs: the header and the largest frame.</summary>
    int MaxReadLength { get; }

    /// <summary>Waits until frames are there, until <see cref="Stop"/>, or until the time is over.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <returns>Whether to go on reading: false only after <see cref="Stop"/>. True promises no frame.</returns>
    /// <exception cref="SegmentDeviceException">The device is in error.</exception>
    bool WaitForFrames(TimeSpan timeout);

    /// <summary>Reads one frame with its header, without waiting.</summary>
    /// <param name="destination">At least <see cref="MaxReadLength"/> bytes.</param>
    /// <returns>Bytes read, header included; 0 if no frame is there.</returns>
    /// <exception cref="ArgumentException">There is too little room.</exception>
    /// <exception cref="SegmentDeviceException">Somebody deleted the device (<see cref="SegmentDeviceError.Gone"/>), or it failed.</exception>
    int TryRead(Span<byte> destination);

    /// <summary>Gives one frame to the machine, without waiting. What a peer sent must have passed <see cref="OffloadCheck"/> before.</summary>
    /// <param name="headerAndFrame">The header and the frame.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="SegmentDeviceException">Somebody deleted the device (<see cref="SegmentDeviceError.Gone"/>), or it failed.</exception>
    DeviceWriteResult Write(ReadOnlySpan<byte> headerAndFrame);

    /// <summary>As <see cref="Write(ReadOnlySpan{byte})"/>, for a header and a frame that lie apart.</summary>
    DeviceWriteResult Write(in VirtioNetHeader header, ReadOnlySpan<byte> frame);

    /// <summary>Gives the interface these addresses, and takes away those that it had from an earlier call.</summary>
    /// <returns>Addresses that the machine does not take because it has their family switched off (IPv6, as a rule).</returns>
    /// <exception cref="SegmentDeviceException">An address is in use on this machine already (<see cref="SegmentDeviceError.AddressClash"/>), or the machine refused.</exception>
    IReadOnlyList<SegmentAddress> SetAddresses(IReadOnlyCollection<SegmentAddress> addresses);

    /// <summary>
    /// Whether packets to an address would leave by this device as things stand now. What carries the tunnel itself (a relay, a member's public
    /// address) must not be reached that way: the tunnel would run into itself. Ask before connecting, and again when routes change.
    /// </summary>
    /// <exception cref="SegmentDeviceException">The system does not tell.</exception>
    bool IsWayTo(IPAddress destination);

    /// <summary>Ends the wait that is going on, and every later one.</summary>
    void Stop();
}
