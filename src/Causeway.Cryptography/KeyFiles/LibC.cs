using System.Runtime.InteropServices;

namespace Causeway.Cryptography.KeyFiles;

/// <summary>What the C library is needed for: a file's name is on the disk only when its folder was synchronised, which .NET cannot do.</summary>
internal static partial class LibC
{
    // fcntl.h on Linux and macOS.
    private const int ReadOnly = 0;

    /// <summary>Waits until the entries of a folder are on the disk. Where a file system cannot, nothing happens: it is an extra safety.</summary>
    public static void SynchronizeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0) return;
        _ = Synchronize(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
