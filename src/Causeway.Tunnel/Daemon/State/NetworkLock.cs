using System.Runtime.InteropServices;
using Causeway.Network.Posix;
using Causeway.Tunnel.Protocol.Wire;
using Microsoft.Win32.SafeHandles;

namespace Causeway.Tunnel.Daemon.State;

/// <summary>Makes sure that one process at a time works in a network's folder (<c>flock(2)</c>). The kernel lets go when the process ends, however it ends.</summary>
public sealed partial class NetworkLock : IDisposable
{
    // flock(2), and open(2) of Linux: sys/file.h, asm-generic/fcntl.h.
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int CloseOnExec = 0x80000;
    private const uint OwnerOnly = 0x180;
    private readonly SafeFileHandle _file;

    private NetworkLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock; null if another process has it. The folder must exist.</summary>
    /// <exception cref="TunnelException">The folder cannot be written.</exception>
    public static NetworkLock? TryTake(NetworkFolder folder) => Take(folder, Exclusive | NonBlocking);

    /// <summary>Waits until no process works in the folder.</summary>
    /// <returns>False if one still does after <paramref name="patience"/>.</returns>
    /// <exception cref="TunnelException">The folder cannot be written.</exception>
    public static async Task<bool> WaitUntilFreeAsync(NetworkFolder folder, TimeSpan patience, CancellationToken cancellationToken)
    {
        // A thread of its own sleeps in the kernel; if it has to be given up, the process ends without it.
        var free = Task.Factory.StartNew(
            () =>
            {
                if (File.Exists(folder.LockPath)) Take(folder, Exclusive)?.Dispose();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            await free.WaitAsync(patience, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static NetworkLock? Take(NetworkFolder folder, int operation)
    {
        try
        {
            if (!OperatingSystem.IsLinux()) return new NetworkLock(File.OpenHandle(folder.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));

            // Not by way of the runtime, which takes a lock of its own with every file.
            var file = Open(folder.LockPath, ReadWrite | Create | CloseOnExec, OwnerOnly);
            if (file.IsInvalid) throw new IOException(Marshal.GetLastPInvokeErrorMessage());
            int result;
            do result = Lock(file, operation);
            while (result != 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            if (result == 0) return new NetworkLock(file);
            file.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException($"The network's lock cannot be taken: {e.Message.TrimEnd('.')}; run the command as the owner of '{folder.FullPath}'.", e);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
