using System.Text.Json;
using Causeway.Cryptography.KeyFiles;

namespace Causeway.Apps.Processes;

/// <summary>
/// The apps that a user runs, whatever their executables are called. Each holds a file of its own locked for as long as it lives: the kernel takes the lock back
/// however the process ends, so nothing that is listed is dead, and nothing is shared that processes could disturb each other in.
/// </summary>
public sealed class AppTable
{
    private const string MarkSuffix = ".lock";

    private const string RecordSuffix = ".json";

    // Far more than a record has.
    private const int MaxRecordBytes = 64 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode OthersMayWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly string _folder;

    /// <summary>The table in a folder, which need not be there.</summary>
    public AppTable(string folder) => _folder = Path.GetFullPath(folder);

    /// <summary>Where the table of this user is: in the session's folder, else in the state folder (XDG Base Directory Specification).</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="stateFolder">The user's state folder.</param>
    public static string FolderFor(Func<string, string?> variable, string stateFolder)
        => variable("XDG_RUNTIME_DIR") is { } runtime && Path.IsPathFullyQualified(runtime) && Directory.Exists(runtime)
            ? Path.Combine(runtime, "causeway", "apps")
            : Path.Combine(stateFolder, "apps");

    /// <summary>Enters an app; disposing of the result takes it out.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written, or others may write it.</exception>
    public IDisposable Enter(AppRecord record)
    {
        CreateFolder();
        while (true)
        {
            var mark = Path.Combine(_folder, Guid.NewGuid().ToString("N") + MarkSuffix);
            if (TryOpen(mark, FileMode.CreateNew, FileShare.None) is not { } held) continue;

            // Between making the file and locking it somebody may have taken it for a dead process's and deleted it; once it is locked, nobody does.
            if (!File.Exists(mark))
            {
                held.Dispose();
                continue;
            }

            var entry = new Entry(held, mark, RecordOf(mark));
            try
            {
                PrivateFile.Replace(RecordOf(mark), JsonSerializer.SerializeToUtf8Bytes(record, AppRecordJson.Default.AppRecord));
                return entry;
            }
            catch
            {
                entry.Dispose();
                throw;
            }
        }
    }

    /// <summary>The apps that run now, oldest first. What dead ones left is cleaned away.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public IReadOnlyList<RunningApp> List()
    {
        if (!Directory.Exists(_folder)) return [];
        var running = new List<RunningApp>();
        foreach (var mark in Directory.GetFiles(_folder, "*" + MarkSuffix))
        {
            if (!IsHeld(mark)) Clean(mark);
            else if (TryRead(mark) is { } record && ProcessStart.Of(record.ProcessId) == record.StartMark) running.Add(new RunningApp(record, mark));
        }

        CleanOrphans();
        return [.. running.OrderBy(static r => r.Record.Started).ThenBy(static r => r.Record.ProcessId)];
    }

    /// <summary>Whether the process that entered an app still lives.</summary>
    public static bool IsAlive(RunningApp app) => IsHeld(app.Mark);

    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
            return;
        }

        Directory.CreateDirectory(_folder, OwnerOnly);
        if ((File.GetUnixFileMode(_folder) & OthersMayWrite) != UnixFileMode.None) throw new UnauthorizedAccessException($"others may write the folder '{_folder}'; take that from them with: chmod go-w");
    }

    // Null when somebody else holds it, or when it is gone. To share nothing is an exclusive lock of the kernel's on Unix, to share reading a shared one.
    private static FileStream? TryOpen(string mark, FileMode mode, FileShare share)
    {
        try
        {
            var options = new FileStreamOptions { Mode = mode, Access = share == FileShare.None ? FileAccess.ReadWrite : FileAccess.Read, Share = share, BufferSize = 0 };
            if (mode == FileMode.CreateNew && !OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new FileStream(mark, options);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            return null;
        }
    }

    // EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION of Windows.
    private static bool IsSharingViolation(IOException e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;

    private static bool IsHeld(string mark)
    {
        // Shared, so that those who look do not take each other for the process.
        using var probe = TryOpen(mark, FileMode.Open, FileShare.Read);
        return probe is null && File.Exists(mark);
    }

    private static void Clean(string mark)
    {
        using var held = TryOpen(mark, FileMode.Open, FileShare.None);
        if (held is null) return;
        File.Delete(RecordOf(mark));
        File.Delete(mark);
    }

    // A mark is made before its record and goes after it: what has none is left from someone who was killed.
    private void CleanOrphans()
    {
        foreach (var file in Directory.GetFiles(_folder, "*" + RecordSuffix + "*"))
        {
            var mark = Path.Combine(_folder, Path.GetFileName(file).Split('.')[0] + MarkSuffix);
            if (!File.Exists(mark)) File.Delete(file);
        }
    }

    // Null for one that is just being entered or taken out.
    private static AppRecord? TryRead(string mark)
    {
        try
        {
            var file = new FileInfo(RecordOf(mark));
            return file.Exists && file.Length <= MaxRecordBytes ? JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), AppRecordJson.Default.AppRecord) : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }

    private static string RecordOf(string mark) => mark[..^MarkSuffix.Length] + RecordSuffix;

    private sealed class Entry(FileStream held, string mark, string record) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                // While the lock is held: whoever cleans up finds nothing to do.
                File.Delete(record);
                File.Delete(mark);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next one that looks cleans up.
            }

            held.Dispose();
        }
    }
}
