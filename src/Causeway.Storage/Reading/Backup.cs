using Causeway.Storage.Connections;
using Causeway.Storage.Native;
using Causeway.Storage.Opening;

namespace Causeway.Storage.Reading;

/// <summary>Copies a snapshot to a new file.</summary>
internal static class Backup
{
    // 1 MiB at the usual page size between two looks at the token.
    private const int PagesAtOnce = 256;

    private static readonly DatabaseOptions TargetOptions = new();

    /// <summary>Copies what <paramref name="source"/> sees: its transaction holds the snapshot, so that writers do not make the copy begin anew.</summary>
    public static long Copy(SqliteConnection source, string path, CancellationToken cancellationToken)
    {
        // The snapshot is taken at the first read.
        _ = source.Number("PRAGMA schema_version");
        var full = DatabaseFile.PrepareNew(path);
        try
        {
            using var target = SqliteConnection.Open(full, isReadOnly: false, TargetOptions);
            Copy(source, target, cancellationToken);
            return new FileInfo(full).Length;
        }
        catch
        {
            File.Delete(full);
            File.Delete(full + "-journal");
            throw;
        }
    }

    private static void Copy(SqliteConnection source, SqliteConnection target, CancellationToken cancellationToken)
    {
        using var backup = LibSqlite.StartBackup(target.Handle, "main", source.Handle, "main");
        if (backup.IsInvalid) throw new InvalidOperationException("SQLite does not begin a backup.");
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var code = LibSqlite.StepBackup(backup, PagesAtOnce);
            if (code == SqliteCode.Done) return;
            target.Check(code);
        }
    }
}
