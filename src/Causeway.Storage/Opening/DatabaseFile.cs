namespace Causeway.Storage.Opening;

/// <summary>The file itself: where it really is, and who may read it.</summary>
internal static class DatabaseFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // As the kernel: path_resolution(7), ELOOP.
    private const int MaxLinks = 40;

    /// <summary>Makes sure that there is a file that only its owner may use, and names it.</summary>
    /// <returns>Its full path. Links among the folders are resolved; the file itself must not be one, which SQLite looks after.</returns>
    /// <exception cref="StorageException">It cannot be made.</exception>
    public static string Prepare(string path)
    {
        try
        {
            var full = Resolve(path);
            if (new FileInfo(full).LinkTarget is not null) return full;
            if (!File.Exists(full)) CreateUnlessThere(full);
            Restrict(full);
            return full;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageError.Inaccessible, $"{path} cannot be opened or made: {error.Message} Check that this user may write to its folder.", innerException: error);
        }
    }

    /// <summary>Makes a file that was not there, for its owner alone.</summary>
    /// <returns>Its full path, with links among the folders resolved.</returns>
    /// <exception cref="StorageException">It is there, or cannot be made.</exception>
    public static string PrepareNew(string path)
    {
        try
        {
            var full = Resolve(path);
            Create(full);
            return full;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageError.Inaccessible, $"{path} exists already or cannot be made: {error.Message} Name a new file.", innerException: error);
        }
    }

    /// <summary>Gives a damaged database, with its log, another name.</summary>
    /// <exception cref="StorageException">It cannot be moved.</exception>
    public static string MoveAside(string path)
    {
        var target = path + ".damaged";
        try
        {
            File.Delete(target + "-wal");
            File.Move(path, target, overwrite: true);
            if (File.Exists(path + "-wal")) File.Move(path + "-wal", target + "-wal");

            // What is in there is made of the log again.
            File.Delete(path + "-shm");
            return target;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageError.Inaccessible, $"{path} is damaged and cannot be moved away: {error.Message} Move it by hand to begin anew.", innerException: error);
        }
    }

    private static void CreateUnlessThere(string path)
    {
        try
        {
            Create(path);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another one was faster.
        }
    }

    // Under another name until it is closed: closing a file takes away all locks that its process holds on it (fcntl(2)), SQLite's on another connection too.
    private static void Create(string path)
    {
        var draft = $"{path}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        new FileStream(draft, options).Dispose();
        try
        {
            File.Move(draft, path);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    // One that was copied here may be open to others; the files beside it get the mode of this one.
    private static void Restrict(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var mode = File.GetUnixFileMode(path);
        if ((mode & ~(OwnerOnly | UnixFileMode.UserExecute)) != UnixFileMode.None) File.SetUnixFileMode(path, mode & OwnerOnly);
    }

    private static string Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full) ?? throw new IOException("It has no folder.");
        CreateFolder(folder);
        return Path.Combine(Resolve(folder, MaxLinks), Path.GetFileName(full));
    }

    private static string Resolve(string folder, int linksLeft)
    {
        if (Path.GetDirectoryName(folder) is not { } parent) return folder;
        var real = Path.Combine(Resolve(parent, linksLeft), Path.GetFileName(folder));
        if (new DirectoryInfo(real).LinkTarget is not { } target) return real;
        if (linksLeft == 0) throw new IOException("Too many symbolic links.");
        return Resolve(Path.GetFullPath(target, Path.GetDirectoryName(real)!), linksLeft - 1);
    }
}
