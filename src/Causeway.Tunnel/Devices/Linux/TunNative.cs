using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Tunnel.Devices.Linux;

/// <summary>Linux's TUN/TAP driver (<c>linux/if_tun.h</c>; Documentation/networking/tuntap.rst).</summary>
internal static partial class TunNative
{
    public const int ReadWrite = 0x2;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    public const nuint SetInterface = 0x400454ca;
    public const nuint SetOffload = 0x400454d0;
    public const nuint SetHeaderSize = 0x400454d8;
    public const nuint SetLittleEndian = 0x400454dc;

    public const short Tap = 0x0002;
    public const short NoPacketInformation = 0x1000;
    public const short VirtioHeader = 0x4000;
    public const short Exclusive = unchecked((short)0x8000);

    public const uint OffloadChecksum = 0x01;
    public const uint OffloadTcpIPv4 = 0x02;
    public const uint OffloadTcpIPv6 = 0x04;
    public const uint OffloadTcpEcn = 0x08;
    public const uint OffloadUdpIPv4 = 0x20;
    public const uint OffloadUdpIPv6 = 0x40;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static unsafe partial int Control(SafeFileHandle device, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle device, nuint request, nuint argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static unsafe partial nint Read(SafeFileHandle device, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "writev", SetLastError = true)]
    public static unsafe partial nint WriteVector(SafeFileHandle device, Vector* vectors, int count);

    /// <summary><c>struct ifreq</c>, 40 bytes, as TUNSETIFF reads and writes it.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 40)]
    public unsafe struct InterfaceRequest
    {
        public fixed byte Name[16];
        public short Flags;
    }

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public unsafe struct Vector
    {
        public byte* Base;
        public nuint Length;
    }
}
