using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Lab.Sockets;

/// <summary>The C library's calls that .NET has no name for. Layouts are those of 64-bit Linux.</summary>
internal static unsafe partial class LibC
{
    private const string Name = "libc";

    /// <summary>kill(2).</summary>
    [LibraryImport(Name, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    /// <summary>socket(2).</summary>
    [LibraryImport(Name, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    /// <summary>bind(2).</summary>
    [LibraryImport(Name, EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(SafeFileHandle socket, LinkLayerAddress* address, int length);

    /// <summary>setsockopt(2).</summary>
    [LibraryImport(Name, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(SafeFileHandle socket, int level, int option, void* value, int length);

    /// <summary>getsockopt(2).</summary>
    [LibraryImport(Name, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(SafeFileHandle socket, int level, int option, void* value, int* length);

    /// <summary>recv(2).</summary>
    [LibraryImport(Name, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeFileHandle socket, byte* buffer, nint length, int flags);

    /// <summary>recvmmsg(2).</summary>
    [LibraryImport(Name, EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(SafeFileHandle socket, Message* messages, uint count, int flags, TimeSpec* timeout);

    /// <summary>sendmmsg(2).</summary>
    [LibraryImport(Name, EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMany(SafeFileHandle socket, Message* messages, uint count, int flags);

    /// <summary>ppoll(2).</summary>
    [LibraryImport(Name, EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollDescriptor* descriptors, nuint count, TimeSpec* timeout, nint signals);

    /// <summary>eventfd(2).</summary>
    [LibraryImport(Name, EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventDescriptor(uint value, int flags);

    /// <summary>write(2).</summary>
    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle descriptor, void* buffer, nint length);

    /// <summary>setns(2).</summary>
    [LibraryImport(Name, EntryPoint = "setns", SetLastError = true)]
    public static partial int EnterNamespace(SafeFileHandle descriptor, int type);

    /// <summary>if_nametoindex(3).</summary>
    [LibraryImport(Name, EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint IndexOfInterface(string name);

    /// <summary>prctl(2).</summary>
    [LibraryImport(Name, EntryPoint = "prctl", SetLastError = true)]
    public static partial int ControlProcess(int option, nuint argument);

    /// <summary>Why the last call failed.</summary>
    public static LabException Failure(string call) => new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
}
