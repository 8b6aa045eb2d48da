using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Cli.Tunnel.Daemon;

/// <summary>The detachment of this process, by setsid(2) and dup2(2).</summary>
internal sealed partial class Detachment : IDetachment
{
    // open(2) of Linux, asm-generic/fcntl.h.
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int Append = 0x400;
    private const int CloseOnExec = 0x80000;

    public void LeaveSession(string logPath)
    {
        if (!OperatingSystem.IsLinux()) return;

        // It fails for the leader of a group, which a child never is.
        _ = NewSession();
        Environment.CurrentDirectory = "/";
        Replace(2, logPath, WriteOnly | Append);
    }

    public void LeavePipes(string logPath)
    {
        if (!OperatingSystem.IsLinux()) return;
        Replace(0, "/dev/null", ReadOnly);
        Replace(1, logPath, WriteOnly | Append);
    }

    private static void Replace(int descriptor, string path, int flags)
    {
        using var file = Open(path, flags | CloseOnExec);
        if (!file.IsInvalid) _ = Duplicate(file, descriptor);
    }

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    private static partial int NewSession();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Duplicate(SafeFileHandle source, int target);
}
