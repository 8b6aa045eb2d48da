namespace Causeway.Cryptography.KeyFiles;

/// <summary>
/// Small files that only their owner may read. They are whole or not there: written under another name, with mode 0600 from the first moment,
/// synchronised, and only then given their name.
/// </summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes a file that must not exist yet.</summary>
    /// <exception cref="IOException">It exists, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content) => Write(path, content, overwrite: false);

    /// <summary>Writes a file, in one step in place of the one that may be there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content) => Write(path, content, overwrite: true);

    /// <summary>Whether somebody else than the owner may do anything with an open file. Never on Windows, where access lists decide.</summary>
    public static bool IsOpenToOthers(FileStream file) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != UnixFileMode.None;

    /// <summary>Waits until the name of a new or moved file is on the disk, not only its content.</summary>
    public static void SynchronizeFolderOf(string path) => LibC.SynchronizeFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);

    private static void Write(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        var draft = $"{path}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var stream = new FileStream(draft, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }

        SynchronizeFolderOf(path);
    }
}
