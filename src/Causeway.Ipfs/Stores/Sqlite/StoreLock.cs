using Causeway.Storage;

namespace Causeway.Ipfs.Stores.Sqlite;

/// <summary>
/// A file that one store at a time has open: holds are in its memory, and a second process would collect what the first one's holds keep. The kernel lets go
/// when a process dies.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private static readonly HashSet<string> Open = new(StringComparer.Ordinal);

    private readonly string _path;
    private FileStream? _file;

    private StoreLock(string path) => _path = path;

    /// <summary>Takes a file that is there; for its owner to dispose after the database is closed.</summary>
    /// <exception cref="StorageException"><see cref="StorageError.Busy"/>: somebody has it.</exception>
    public static StoreLock Take(string path)
    {
        // Asked before the file is touched: closing it again would take away the database's own locks in this process (fcntl(2)).
        lock (Open)
        {
            if (!Open.Add(path)) throw Busy(path, innerException: null);
        }

        var taken = new StoreLock(path);
        try
        {
            // On Windows this would keep SQLite out too.
            if (!OperatingSystem.IsWindows()) taken._file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            return taken;
        }
        catch (IOException error)
        {
            taken.Dispose();
            throw Busy(path, error);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        lock (Open) Open.Remove(_path);
    }

    private static StorageException Busy(string path, Exception? innerException) => new(
        StorageError.Busy, $"Another program or store has {path} open. Stop it, or name another file: a store of blocks in a file is for one at a time.", innerException: innerException);
}
