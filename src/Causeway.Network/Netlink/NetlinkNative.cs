using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Network.Netlink;

/// <summary>Sockets of a family that .NET does not offer (socket(2), netlink(7)).</summary>
internal static partial class NetlinkNative
{
    public const int FamilyNetlink = 16;
    public const int SocketRaw = 3;
    public const int CloseOnExec = 0x80000;
    public const int ProtocolRoute = 0;
    public const int LevelNetlink = 270;
    public const int AddMembership = 1;
    public const int ExtendedAcknowledgements = 11;
    public const int LevelSocket = 1;
    public const int ReceiveBuffer = 8;
    public const int ReceiveTimeout = 20;
    public const int MessageTruncate = 0x20;
    public const int MessageDontWait = 0x40;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial SafeFileHandle Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static unsafe partial int SetOption(SafeFileHandle socket, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static unsafe partial int Bind(SafeFileHandle socket, Address* address, uint length);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static unsafe partial nint Send(SafeFileHandle socket, byte* buffer, nuint length, int flags, Address* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    public static unsafe partial nint Receive(SafeFileHandle socket, byte* buffer, nuint length, int flags, Address* address, uint* addressLength);

    [StructLayout(LayoutKind.Sequential)]
    public struct Address
    {
        public ushort Family;
        public ushort Padding;
        public uint Port;
        public uint Groups;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeValue
    {
        public nint Seconds;
        public nint Microseconds;
    }
}
