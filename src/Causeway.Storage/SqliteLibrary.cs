using System.Runtime.InteropServices;
using Causeway.Storage.Native;

namespace Causeway.Storage;

/// <summary>The SQLite that this process uses.</summary>
public static class SqliteLibrary
{
    /// <summary>Its version (<c>3.40.1</c>).</summary>
    /// <exception cref="PlatformNotSupportedException">There is none, or only one before 3.31; the message says what to install.</exception>
    public static string Version => Marshal.PtrToStringUTF8(LibSqlite.Version()) ?? "";
}
