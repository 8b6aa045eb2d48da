using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Causeway.Storage.Native;

/// <summary>SQLite's C interface (sqlite.org/c3ref), as far as it is used here. Texts are UTF-8 with their length, except names of files and SQL.</summary>
internal static unsafe partial class LibSqlite
{
    private const string Name = "sqlite3";

    // SQLITE_OPEN_NOFOLLOW and PRAGMA trusted_schema are of 3.31.0.
    private const int OldestVersion = 3_031_000;

    private static readonly Lazy<nint> Handle = new(static () => Load(Candidates()));

    /// <summary>Registers the resolver before any import of this assembly can run.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Whoever calls first needs it, and the module is the common beginning.")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(LibSqlite).Assembly, Resolve);

    /// <summary>Loads the first usable of the named libraries.</summary>
    /// <exception cref="PlatformNotSupportedException">None is there, it is too old, or it was built for one thread only.</exception>
    internal static nint Load(IEnumerable<string> names)
    {
        var tried = new List<string>();
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, out var handle))
            {
                tried.Add($"{name}: not found");
                continue;
            }

            if (Number(handle, "sqlite3_libversion_number") >= OldestVersion && Number(handle, "sqlite3_threadsafe") > 0) return handle;
            tried.Add($"{name}: not SQLite 3.31 or newer, built for threads");
            NativeLibrary.Free(handle);
        }

        throw new PlatformNotSupportedException(
            $"SQLite 3.31 or newer is needed and was not found ({string.Join("; ", tried)}). "
            + "Install it (Debian and Ubuntu: the package libsqlite3-0; Alpine: sqlite-libs; Windows 10 and macOS bring it).");
    }

    [LibraryImport(Name, EntryPoint = "sqlite3_libversion")]
    internal static partial nint Version();

    [LibraryImport(Name, EntryPoint = "sqlite3_errstr")]
    internal static partial nint TextOf(int code);

    [LibraryImport(Name, EntryPoint = "sqlite3_open_v2", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, out SafeDatabaseHandle database, int flags, nint vfs);

    [LibraryImport(Name, EntryPoint = "sqlite3_close_v2")]
    internal static partial int Close(nint database);

    [LibraryImport(Name, EntryPoint = "sqlite3_extended_result_codes")]
    internal static partial int UseExtendedCodes(SafeDatabaseHandle database, int on);

    [LibraryImport(Name, EntryPoint = "sqlite3_extended_errcode")]
    internal static partial int LastCode(SafeDatabaseHandle database);

    [LibraryImport(Name, EntryPoint = "sqlite3_errmsg")]
    internal static partial nint LastMessage(SafeDatabaseHandle database);

    [LibraryImport(Name, EntryPoint = "sqlite3_system_errno")]
    internal static partial int LastErrno(SafeDatabaseHandle database);

    [LibraryImport(Name, EntryPoint = "sqlite3_busy_timeout")]
    internal static partial int SetBusyTimeout(SafeDatabaseHandle database, int milliseconds);

    [LibraryImport(Name, EntryPoint = "sqlite3_limit")]
    internal static partial int SetLimit(SafeDatabaseHandle database, int kind, int value);

    /// <summary>Turns a boolean setting of a connection on or off.</summary>
    internal static int Configure(SafeDatabaseHandle database, int setting, bool on)
    {
        // The function is variadic. Apple's 64-bit ARM passes variadic arguments on the stack, everyone else as if they were named.
        var isApple = OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        return isApple ? ConfigureApple(database, setting, 0, 0, 0, 0, 0, 0, on ? 1 : 0, 0) : Configure(database, setting, on ? 1 : 0, 0);
    }

    [LibraryImport(Name, EntryPoint = "sqlite3_progress_handler")]
    internal static partial void SetProgressHandler(SafeDatabaseHandle database, int instructions, delegate* unmanaged[Cdecl]<int*, int> handler, int* flag);

    [LibraryImport(Name, EntryPoint = "sqlite3_interrupt")]
    internal static partial void Interrupt(SafeDatabaseHandle database);

    [LibraryImport(Name, EntryPoint = "sqlite3_get_autocommit")]
    internal static partial int GetAutocommit(SafeDatabaseHandle database);

    [LibraryImport(Name, EntryPoint = "sqlite3_changes")]
    internal static partial int Changes(SafeDatabaseHandle database);

    [LibraryImport(Name, EntryPoint = "sqlite3_exec", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Execute(SafeDatabaseHandle database, string sql, nint callback, nint context, nint message);

    [LibraryImport(Name, EntryPoint = "sqlite3_prepare_v3")]
    internal static partial int Prepare(SafeDatabaseHandle database, byte* sql, int length, uint flags, out SafeStatementHandle statement, out byte* tail);

    [LibraryImport(Name, EntryPoint = "sqlite3_finalize")]
    internal static partial int Finalize(nint statement);

    [LibraryImport(Name, EntryPoint = "sqlite3_step")]
    internal static partial int Step(SafeStatementHandle statement);

    [LibraryImport(Name, EntryPoint = "sqlite3_reset")]
    internal static partial int Reset(SafeStatementHandle statement);

    [LibraryImport(Name, EntryPoint = "sqlite3_clear_bindings")]
    internal static partial int ClearBindings(SafeStatementHandle statement);

    [LibraryImport(Name, EntryPoint = "sqlite3_bind_null")]
    internal static partial int BindNull(SafeStatementHandle statement, int index);

    [LibraryImport(Name, EntryPoint = "sqlite3_bind_int64")]
    internal static partial int BindInt64(SafeStatementHandle statement, int index, long value);

    [LibraryImport(Name, EntryPoint = "sqlite3_bind_double")]
    internal static partial int BindDouble(SafeStatementHandle statement, int index, double value);

    [LibraryImport(Name, EntryPoint = "sqlite3_bind_zeroblob")]
    internal static partial int BindZeroBlob(SafeStatementHandle statement, int index, int length);

    [LibraryImport(Name, EntryPoint = "sqlite3_bind_blob")]
    internal static partial int BindBlob(SafeStatementHandle statement, int index, byte* value, int length, nint destructor);

    [LibraryImport(Name, EntryPoint = "sqlite3_bind_text")]
    internal static partial int BindText(SafeStatementHandle statement, int index, byte* value, int length, nint destructor);

    [LibraryImport(Name, EntryPoint = "sqlite3_column_count")]
    internal static partial int ColumnCount(SafeStatementHandle statement);

    [LibraryImport(Name, EntryPoint = "sqlite3_column_type")]
    internal static partial int ColumnType(SafeStatementHandle statement, int column);

    [LibraryImport(Name, EntryPoint = "sqlite3_column_int64")]
    internal static partial long ColumnInt64(SafeStatementHandle statement, int column);

    [LibraryImport(Name, EntryPoint = "sqlite3_column_double")]
    internal static partial double ColumnDouble(SafeStatementHandle statement, int column);

    [LibraryImport(Name, EntryPoint = "sqlite3_column_blob")]
    internal static partial byte* ColumnBlob(SafeStatementHandle statement, int column);

    [LibraryImport(Name, EntryPoint = "sqlite3_column_text")]
    internal static partial byte* ColumnText(SafeStatementHandle statement, int column);

    [LibraryImport(Name, EntryPoint = "sqlite3_column_bytes")]
    internal static partial int ColumnBytes(SafeStatementHandle statement, int column);

    [LibraryImport(Name, EntryPoint = "sqlite3_backup_init", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeBackupHandle StartBackup(SafeDatabaseHandle target, string targetName, SafeDatabaseHandle source, string sourceName);

    [LibraryImport(Name, EntryPoint = "sqlite3_backup_step")]
    internal static partial int StepBackup(SafeBackupHandle backup, int pages);

    [LibraryImport(Name, EntryPoint = "sqlite3_backup_finish")]
    internal static partial int FinishBackup(nint backup);

    [LibraryImport(Name, EntryPoint = "sqlite3_db_config")]
    private static partial int Configure(SafeDatabaseHandle database, int setting, int on, nint result);

    [LibraryImport(Name, EntryPoint = "sqlite3_db_config")]
    private static partial int ConfigureApple(
        SafeDatabaseHandle database, int setting, nint x2, nint x3, nint x4, nint x5, nint x6, nint x7, nint on, nint result);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? Handle.Value : 0;

    private static IEnumerable<string> Candidates()
    {
        if (OperatingSystem.IsWindows()) return ["winsqlite3.dll", "sqlite3.dll"];
        if (OperatingSystem.IsMacOS()) return ["/usr/lib/libsqlite3.dylib"];
        return ["libsqlite3.so.0"];
    }

    private static int Number(nint handle, string function) =>
        NativeLibrary.TryGetExport(handle, function, out var address) ? ((delegate* unmanaged[Cdecl]<int>)address)() : 0;
}
