using Causeway.Storage.Native;

namespace Causeway.Storage.Connections;

/// <summary>A statement that SQLite has compiled; used again and again through <see cref="Statement"/>.</summary>
internal sealed class PreparedStatement(SqliteConnection connection, SafeStatementHandle handle, string sql) : IDisposable
{
    private bool _isDone;

    public SqliteConnection Connection => connection;

    public SafeStatementHandle Handle => handle;

    public string Sql => sql;

    /// <summary>Whether somebody uses it now.</summary>
    public bool IsRented { get; set; }

    /// <summary>Whether there is a next row. After the last one it stays at the end until something is bound.</summary>
    public bool Step()
    {
        if (_isDone) return false;
        var code = LibSqlite.Step(handle);
        if (code == SqliteCode.Row) return true;
        if (code != SqliteCode.Done) connection.Check(code);

        // Lets go of locks and of the snapshot.
        _ = LibSqlite.Reset(handle);
        _isDone = true;
        return false;
    }

    /// <summary>Looks at what binding returned; the statement begins anew.</summary>
    public void Bound(int code)
    {
        connection.Check(code);
        _isDone = false;
    }

    /// <summary>Begins anew with the same values.</summary>
    public void Reset()
    {
        _ = LibSqlite.Reset(handle);
        _isDone = false;
    }

    /// <summary>Forgets the values too.</summary>
    public void Clear()
    {
        Reset();
        _ = LibSqlite.ClearBindings(handle);
    }

    public void Dispose() => handle.Dispose();
}
