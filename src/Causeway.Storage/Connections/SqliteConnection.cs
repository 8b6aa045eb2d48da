using System.Runtime.InteropServices;
using System.Text;
using Causeway.Storage.Native;

namespace Causeway.Storage.Connections;

/// <summary>One connection to a file, with the statements that were prepared on it. For one thread at a time.</summary>
internal sealed class SqliteConnection : IDisposable
{
    // A room has a few dozen statements; whoever makes SQL of values must not fill the memory.
    private const int MaxIdleStatements = 64;

    // sqlite.org/security.html: what a file that somebody else made must not be able to do. Mapped memory would end the process when a file shrinks.
    private const string Caution = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON";

    private readonly SafeDatabaseHandle _handle;
    private readonly string _path;
    private readonly Dictionary<string, PreparedStatement> _idle = new(StringComparer.Ordinal);
    private readonly List<PreparedStatement> _rented = [];

    private SqliteConnection(SafeDatabaseHandle handle, string path)
    {
        _handle = handle;
        _path = path;
    }

    /// <summary>The handle, for calls that no method here makes.</summary>
    public SafeDatabaseHandle Handle => _handle;

    /// <summary>Whether a transaction is open.</summary>
    public bool IsInTransaction => LibSqlite.GetAutocommit(_handle) == 0;

    /// <summary>Rows that the last INSERT, UPDATE or DELETE changed.</summary>
    public int Changes => LibSqlite.Changes(_handle);

    /// <summary>Opens an existing file.</summary>
    /// <exception cref="StorageException">It cannot be opened.</exception>
    public static SqliteConnection Open(string path, bool isReadOnly, DatabaseOptions options)
    {
        var flags = SqliteCode.OpenNoMutex | SqliteCode.OpenPrivateCache | SqliteCode.OpenNoFollow | (isReadOnly ? SqliteCode.OpenReadOnly : SqliteCode.OpenReadWrite);
        var code = LibSqlite.Open(path, out var handle, flags, vfs: 0);
        if (handle.IsInvalid) throw StorageException.For(path, code, text: null);
        var connection = new SqliteConnection(handle, path);
        try
        {
            // Codes are extended only from here on; this is the one of opening.
            _ = LibSqlite.UseExtendedCodes(handle, 1);
            if (code != SqliteCode.Ok) connection.Check(LibSqlite.LastCode(handle));
            handle.WatchForStop();
            connection.Check(LibSqlite.SetBusyTimeout(handle, (int)options.BusyTimeout.TotalMilliseconds));
            connection.Check(LibSqlite.Configure(handle, SqliteCode.ConfigDefensive, on: true));
            connection.Check(LibSqlite.Configure(handle, SqliteCode.ConfigQuotedStringsInSchema, on: false));
            connection.Check(LibSqlite.Configure(handle, SqliteCode.ConfigQuotedStringsInStatements, on: false));
            _ = LibSqlite.SetLimit(handle, SqliteCode.LimitLength, options.MaxValueBytes);
            connection.Run(Caution);

            // Negative: in KiB rather than in pages.
            connection.Run($"PRAGMA cache_size = -{(isReadOnly ? options.ReaderCacheBytes : options.CacheBytes) / 1024}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs one or more statements that have neither parameters nor results.</summary>
    public void Run(string sql) => Check(LibSqlite.Execute(_handle, sql, 0, 0, 0));

    /// <summary>The number that a statement results in.</summary>
    public long Number(string sql)
    {
        using var statement = new Statement(Rent(sql));
        return statement.Step() ? statement.GetInt64(0) : 0;
    }

    /// <summary>The text that a statement results in.</summary>
    public string? Text(string sql)
    {
        using var statement = new Statement(Rent(sql));
        return statement.Step() ? statement.GetString(0) : null;
    }

    /// <summary>A statement ready to be bound; an idle one where there is one.</summary>
    public PreparedStatement Rent(string sql)
    {
        if (!_idle.Remove(sql, out var statement)) statement = Prepare(sql);
        statement.IsRented = true;
        _rented.Add(statement);
        return statement;
    }

    /// <summary>Takes a statement back.</summary>
    public void Return(PreparedStatement statement)
    {
        statement.Clear();
        statement.IsRented = false;
        _rented.Remove(statement);
        if (_idle.Count >= MaxIdleStatements || !_idle.TryAdd(statement.Sql, statement)) statement.Dispose();
    }

    /// <summary>Takes back what was not given back: a statement that stands at a row keeps its transaction open.</summary>
    public void ReturnAll()
    {
        for (var i = _rented.Count - 1; i >= 0; i--) Return(_rented[i]);
    }

    /// <summary>While the result lives, <paramref name="cancellationToken"/> stops what runs here, with code <see cref="SqliteCode.Interrupted"/>.</summary>
    public StopRegistration StopWith(CancellationToken cancellationToken) => new(_handle, cancellationToken);

    /// <summary>Throws for every code that is not success.</summary>
    public void Check(int code)
    {
        if (code == SqliteCode.Ok) return;
        throw StorageException.For(_path, code, Marshal.PtrToStringUTF8(LibSqlite.LastMessage(_handle)), LibSqlite.LastErrno(_handle));
    }

    public void Dispose()
    {
        ReturnAll();
        foreach (var statement in _idle.Values) statement.Dispose();
        _idle.Clear();
        _handle.Dispose();
    }

    private unsafe PreparedStatement Prepare(string sql)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        var bytes = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = bytes)
        {
            Check(LibSqlite.Prepare(_handle, start, bytes.Length, SqliteCode.PreparePersistent, out var handle, out var tail));
            var isOne = !handle.IsInvalid && bytes.AsSpan((int)(tail - start)).Trim(" \r\n;"u8).IsEmpty;
            if (isOne) return new PreparedStatement(this, handle, sql);
            handle.Dispose();
            throw new ArgumentException("The SQL is not exactly one statement.", nameof(sql));
        }
    }
}
