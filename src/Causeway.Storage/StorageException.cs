using System.Runtime.InteropServices;
using Causeway.Storage.Native;

namespace Causeway.Storage;

/// <summary>A database could not do what it was asked. The message is for users: it names the file and says what to do next.</summary>
public sealed class StorageException(StorageError error, string message, int code = 0, Exception? innerException = null) : IOException(message, innerException)
{
    // errno.h on Linux: no space left on the device, quota exceeded.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    // A header whose schema format is none: of all damages SQLite has no code for this one (prepare.c, sqlite3InitOne).
    private const string UnsupportedFormat = "unsupported file format";

    /// <summary>What kind of failure it was.</summary>
    public StorageError Error { get; } = error;

    /// <summary>SQLite's extended result code (sqlite.org/rescode.html); 0 where the failure is not SQLite's.</summary>
    public int Code { get; } = code;

    internal static StorageException For(string path, int code, string? text, int errno = 0, Exception? innerException = null)
    {
        var error = text == UnsupportedFormat ? StorageError.Corrupt : Classify(code, errno);
        var details = text ?? Marshal.PtrToStringUTF8(LibSqlite.TextOf(code));
        return new StorageException(error, $"{Sentence(error, path, code)} (SQLite: {details}, code {code})", code, innerException);
    }

    internal static StorageException For(StorageError error, string path) => new(error, Sentence(error, path, 0));

    private static StorageError Classify(int code, int errno) => SqliteCode.Primary(code) switch
    {
        SqliteCode.Full => StorageError.Full,
        SqliteCode.InputOutput or SqliteCode.CannotOpen when OperatingSystem.IsLinux() && errno is NoSpace or QuotaExceeded => StorageError.Full,
        SqliteCode.InputOutput => StorageError.InputOutput,
        SqliteCode.CannotOpen or SqliteCode.ReadOnly or SqliteCode.Permission => StorageError.Inaccessible,
        SqliteCode.Busy or SqliteCode.Locked => StorageError.Busy,
        SqliteCode.Corrupt => StorageError.Corrupt,
        SqliteCode.NotADatabase => StorageError.NotThisDatabase,
        SqliteCode.Constraint => StorageError.Constraint,
        SqliteCode.TooBig => StorageError.TooBig,
        _ => StorageError.Other,
    };

    private static string Sentence(StorageError error, string path, int code) => error switch
    {
        StorageError.Inaccessible when code == SqliteCode.CannotOpenLink => $"{path} is a symbolic link, which is not followed. Name the file that it points to.",
        StorageError.Inaccessible => $"{path} cannot be opened or written. Check that its folder exists and that this user may write there.",
        StorageError.NotThisDatabase => $"{path} is not a Causeway database of this kind. Name another file, or move this one away; it was left as it is.",
        StorageError.TooNew => $"{path} was written by a later version of Causeway. Update Causeway, or name another file.",
        StorageError.Corrupt => $"{path} is damaged. Restore it from a backup, or move it away with the files -wal and -shm beside it to begin anew.",
        StorageError.Full => $"There is no room left on the disk of {path}. Free some and try again; what was stored before is intact.",
        StorageError.Busy => $"Another program is using {path}. Stop it, or try again later.",
        StorageError.InputOutput => $"The disk failed for {path}. Look into the system's log for the reason.",
        StorageError.Constraint => $"A value does not fit to what {path} holds.",
        StorageError.TooBig => $"A value is too long for {path}.",
        _ => $"{path} could not do what it was asked.",
    };
}
