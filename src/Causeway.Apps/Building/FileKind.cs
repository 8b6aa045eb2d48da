using System.Runtime.InteropServices;

namespace Causeway.Apps.Building;

/// <summary>Tells files that can be read to their end from pipes, sockets and devices, without opening them: opening a pipe waits for its writer.</summary>
internal static partial class FileKind
{
    // statx(2): fcntl.h, linux/stat.h.
    private const int CurrentFolder = -100;
    private const uint WantType = 0x1;
    private const int StatxSize = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Whether a path leads to a regular file. Links are followed.</summary>
    public static bool IsRegular(string path)
    {
        if (!OperatingSystem.IsLinux()) return File.Exists(path);
        Span<byte> status = stackalloc byte[StatxSize];
        if (Statx(CurrentFolder, path, 0, WantType, ref MemoryMarshal.GetReference(status)) != 0) return false;
        return (MemoryMarshal.Read<ushort>(status[ModeOffset..]) & TypeMask) == Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);
}
