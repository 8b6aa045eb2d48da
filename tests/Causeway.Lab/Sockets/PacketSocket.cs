using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Lab.Sockets;

/// <summary>A packet socket on one device: whole Ethernet frames in and out. Never blocks.</summary>
internal sealed unsafe class PacketSocket : IDisposable
{
    // linux/if_packet.h, linux/if_ether.h, asm-generic/socket.h.
    private const int AddressFamilyPacket = 17;
    private const int RawNonBlockingCloseOnExec = 3 | 0x800 | 0x80000;
    private const ushort AllProtocols = 3;
    private const int PacketLevel = 263;
    private const int AddMembership = 1;
    private const int Statistics = 6;
    private const int VnetHeader = 15;
    private const int IgnoreOutgoing = 23;
    private const ushort Promiscuous = 1;
    private const int SocketLevel = 1;
    private const int ReceiveBuffer = 8;

    // As much as the kernel grants (net.core.rmem_max); a full buffer drops frames, which is counted.
    private const int WantedReceiveBuffer = 64 << 20;

    private PacketSocket(SafeFileHandle handle) => Handle = handle;

    /// <summary>The descriptor.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>For a link: only frames that come in, each with a virtio header in front, so that unfinished checksums stay what they are.</summary>
    public static PacketSocket OpenForLink(string device)
    {
        var socket = Open();
        socket.Set(PacketLevel, IgnoreOutgoing, 1);
        socket.Set(PacketLevel, VnetHeader, 1);
        socket.Bind(device);
        return socket;
    }

    /// <summary>For a capture: every frame that the device sees, in both directions.</summary>
    public static PacketSocket OpenForCapture(string device)
    {
        var socket = Open();
        var membership = new PacketMembership { Interface = IndexOf(device), Type = Promiscuous };
        if (LibC.SetSocketOption(socket.Handle, PacketLevel, AddMembership, &membership, sizeof(PacketMembership)) != 0) throw LibC.Failure("promiscuous mode");
        socket.Bind(device);
        return socket;
    }

    /// <summary>Takes one frame, or nothing if none waits. Errors of the device (it went down) count as nothing.</summary>
    public int Receive(Span<byte> buffer)
    {
        fixed (byte* start = buffer) return (int)Math.Max(0, LibC.Receive(Handle, start, buffer.Length, 0));
    }

    /// <summary>The frames that did not fit into the socket's buffer since the last time this was asked.</summary>
    public long TakeDropped()
    {
        PacketStatistics statistics;
        var length = sizeof(PacketStatistics);
        if (LibC.GetSocketOption(Handle, PacketLevel, Statistics, &statistics, &length) != 0) throw LibC.Failure("packet statistics");
        return statistics.Drops;
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static PacketSocket Open()
    {
        // No protocol yet: nothing is received before the socket is bound to its device.
        var descriptor = LibC.Socket(AddressFamilyPacket, RawNonBlockingCloseOnExec, 0);
        if (descriptor < 0) throw LibC.Failure("packet socket");
        var socket = new PacketSocket(new SafeFileHandle(descriptor, ownsHandle: true));
        socket.Set(SocketLevel, ReceiveBuffer, WantedReceiveBuffer);
        return socket;
    }

    private static int IndexOf(string device) => LibC.IndexOfInterface(device) is var index and > 0 ? (int)index : throw LibC.Failure(device);

    private void Bind(string device)
    {
        var address = new LinkLayerAddress
        {
            Family = AddressFamilyPacket,
            Protocol = BinaryPrimitives.ReverseEndianness(AllProtocols),
            Interface = IndexOf(device),
        };
        // 20: the structure without the padding behind it.
        if (LibC.Bind(Handle, &address, 20) != 0) throw LibC.Failure($"binding to {device}");
    }

    private void Set(int level, int option, int value)
    {
        if (LibC.SetSocketOption(Handle, level, option, &value, sizeof(int)) != 0) throw LibC.Failure($"socket option {option}");
    }
}
