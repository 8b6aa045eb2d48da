using System.Runtime.InteropServices;

namespace Causeway.Lab.Sockets;

/// <summary>struct sockaddr_ll (packet(7)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinkLayerAddress
{
    public ushort Family;
    public ushort Protocol;
    public int Interface;
    public ushort HardwareType;
    public byte PacketType;
    public byte AddressLength;
    public ulong Address;
}

/// <summary>struct packet_mreq (packet(7)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PacketMembership
{
    public int Interface;
    public ushort Type;
    public ushort AddressLength;
    public ulong Address;
}

/// <summary>struct tpacket_stats (packet(7)): since the last time it was read.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PacketStatistics
{
    public uint Packets;
    public uint Drops;
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Segment
{
    public byte* Start;
    public nuint Length;
}

/// <summary>struct mmsghdr (recvmmsg(2)): a message header, and how many bytes came or went.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Message
{
    public void* Name;
    public uint NameLength;
    public Segment* Segments;
    public nuint SegmentCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
    private readonly int _paddingOfHeader;
    public uint Length;
    private readonly int _padding;
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public short Wanted;
    public short Found;
}

/// <summary>struct timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
