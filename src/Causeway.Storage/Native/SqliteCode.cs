namespace Causeway.Storage.Native;

/// <summary>Result codes and flags of SQLite (sqlite.org/rescode.html, c3ref/c_open_autoproxy.html, c3ref/c_dbconfig_defensive.html).</summary>
internal static class SqliteCode
{
    public const int Ok = 0;
    public const int Permission = 3;
    public const int Busy = 5;
    public const int Locked = 6;
    public const int ReadOnly = 8;
    public const int Interrupted = 9;
    public const int InputOutput = 10;
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int CannotOpen = 14;
    public const int TooBig = 18;
    public const int Constraint = 19;
    public const int NotADatabase = 26;
    public const int Row = 100;
    public const int Done = 101;

    /// <summary>SQLITE_CANTOPEN_SYMLINK.</summary>
    public const int CannotOpenLink = CannotOpen | (6 << 8);

    public const int OpenReadOnly = 0x1;
    public const int OpenReadWrite = 0x2;
    public const int OpenNoMutex = 0x8000;
    public const int OpenPrivateCache = 0x40000;
    public const int OpenNoFollow = 0x1000000;

    public const int ConfigDefensive = 1010;
    public const int ConfigQuotedStringsInStatements = 1013;
    public const int ConfigQuotedStringsInSchema = 1014;

    public const int LimitLength = 0;

    public const int TypeNull = 5;

    /// <summary>SQLITE_PREPARE_PERSISTENT: the statement will be used many times.</summary>
    public const uint PreparePersistent = 1;

    /// <summary>SQLITE_STATIC: what is bound stays where it is, unchanged, while it is bound.</summary>
    public const nint Static = 0;

    /// <summary>SQLITE_TRANSIENT: SQLite copies what is bound.</summary>
    public const nint Transient = -1;

    /// <summary>The primary code within an extended one.</summary>
    public static int Primary(int code) => code & 0xff;
}
