using Microsoft.Win32.SafeHandles;

namespace Causeway.Storage.Native;

/// <summary>An owned <c>sqlite3_stmt</c>.</summary>
internal sealed class SafeStatementHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        // What it returns is the failure of the last step, which its caller had already.
        _ = LibSqlite.Finalize(handle);
        return true;
    }
}
