using Microsoft.Win32.SafeHandles;

namespace Causeway.Storage.Native;

/// <summary>An owned <c>sqlite3_backup</c>.</summary>
internal sealed class SafeBackupHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _ = LibSqlite.FinishBackup(handle);
        return true;
    }
}
