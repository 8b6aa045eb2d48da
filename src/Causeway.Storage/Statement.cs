using System.Buffers;
using System.Text;
using Causeway.Storage.Connections;
using Causeway.Storage.Native;

namespace Causeway.Storage;

/// <summary>
/// One SQL statement: bind its parameters (numbered from 1), then step through its rows, or execute it. Belongs to the transaction that prepared it and
/// ends with it; dispose it earlier to use it again.
/// <code>
/// using var query = transaction.Prepare("SELECT data FROM blocks WHERE key = ?1").Bind(1, key);
/// return query.Step() ? query.GetBlob(0).Length : 0;
/// </code>
/// </summary>
public readonly ref struct Statement
{
    private const int MaxStackBytes = 512;

    private readonly PreparedStatement _statement;

    internal Statement(PreparedStatement statement) => _statement = statement;

    private PreparedStatement Inner
    {
        get
        {
            ObjectDisposedException.ThrowIf(!_statement.IsRented, typeof(Statement));
            return _statement;
        }
    }

    /// <summary>Binds NULL.</summary>
    public Statement BindNull(int index)
    {
        Inner.Bound(LibSqlite.BindNull(Inner.Handle, index));
        return this;
    }

    /// <summary>Binds a number.</summary>
    public Statement Bind(int index, long value)
    {
        Inner.Bound(LibSqlite.BindInt64(Inner.Handle, index, value));
        return this;
    }

    /// <summary>Binds a number; NaN is NULL.</summary>
    public Statement Bind(int index, double value)
    {
        Inner.Bound(LibSqlite.BindDouble(Inner.Handle, index, value));
        return this;
    }

    /// <summary>Binds a blob, or NULL.</summary>
    public Statement Bind(int index, byte[]? value) => value is null ? BindNull(index) : Bind(index, value.AsSpan());

    /// <summary>Binds a blob; SQLite copies it.</summary>
    public unsafe Statement Bind(int index, scoped ReadOnlySpan<byte> value)
    {
        fixed (byte* start = value)
        {
            // Without an address it would be NULL.
            Inner.Bound(value.IsEmpty
                ? LibSqlite.BindZeroBlob(Inner.Handle, index, 0)
                : LibSqlite.BindBlob(Inner.Handle, index, start, value.Length, SqliteCode.Transient));
        }

        return this;
    }

    /// <summary>Binds a text, or NULL.</summary>
    public Statement Bind(int index, string? value) => value is null ? BindNull(index) : BindText(index, value);

    /// <summary>Binds a text; SQLite gets it in UTF-8.</summary>
    public Statement BindText(int index, scoped ReadOnlySpan<char> value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = most > MaxStackBytes ? ArrayPool<byte>.Shared.Rent(most) : null;
        var bytes = rented ?? stackalloc byte[MaxStackBytes];
        try
        {
            return BindText(index, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Binds a text that is UTF-8 already; SQLite copies it.</summary>
    public unsafe Statement BindText(int index, scoped ReadOnlySpan<byte> utf8)
    {
        byte none;
        fixed (byte* start = utf8) Inner.Bound(LibSqlite.BindText(Inner.Handle, index, utf8.IsEmpty ? &none : start, utf8.Length, SqliteCode.Transient));
        return this;
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="StorageException">The statement failed.</exception>
    public bool Step() => Inner.Step();

    /// <summary>Runs the statement to its end, whatever rows it has, and makes it ready to be bound and run again.</summary>
    /// <returns>Rows that it inserted, updated or deleted; for other statements, what the last such one did.</returns>
    /// <exception cref="StorageException">The statement failed.</exception>
    public int Execute()
    {
        Inner.Reset();
        while (Inner.Step())
        {
        }

        Inner.Reset();
        return Inner.Connection.Changes;
    }

    /// <summary>As <see cref="Execute()"/>, with one more value, a blob that SQLite reads where it is: for large ones. It is not bound afterwards.</summary>
    public unsafe int Execute(int index, scoped ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return Bind(index, value).Execute();
        fixed (byte* start = value)
        {
            try
            {
                Inner.Bound(LibSqlite.BindBlob(Inner.Handle, index, start, value.Length, SqliteCode.Static));
                return Execute();
            }
            finally
            {
                // A statement that failed must be reset before it can be bound.
                Inner.Reset();
                _ = LibSqlite.BindNull(Inner.Handle, index);
            }
        }
    }

    /// <summary>Begins anew with the same values.</summary>
    public void Reset() => Inner.Reset();

    /// <summary>Whether a column (numbered from 0) of this row is NULL.</summary>
    public bool IsNull(int column) => LibSqlite.ColumnType(Inner.Handle, column) == SqliteCode.TypeNull;

    /// <summary>A column as a number; 0 for NULL.</summary>
    public long GetInt64(int column) => LibSqlite.ColumnInt64(Inner.Handle, column);

    /// <summary>A column as a number; 0 for NULL.</summary>
    public double GetDouble(int column) => LibSqlite.ColumnDouble(Inner.Handle, column);

    /// <summary>A column's bytes where SQLite holds them, valid until the next step; empty for NULL.</summary>
    public unsafe ReadOnlySpan<byte> GetBlob(int column)
    {
        // First the address, then the length: the order that SQLite asks for.
        var start = LibSqlite.ColumnBlob(Inner.Handle, column);
        return new ReadOnlySpan<byte>(start, start is null ? 0 : LibSqlite.ColumnBytes(Inner.Handle, column));
    }

    /// <summary>A column as UTF-8 where SQLite holds it, valid until the next step; empty for NULL.</summary>
    public unsafe ReadOnlySpan<byte> GetText(int column)
    {
        var start = LibSqlite.ColumnText(Inner.Handle, column);
        return new ReadOnlySpan<byte>(start, start is null ? 0 : LibSqlite.ColumnBytes(Inner.Handle, column));
    }

    /// <summary>A column as text, or null for NULL.</summary>
    public string? GetString(int column) => IsNull(column) ? null : Encoding.UTF8.GetString(GetText(column));

    /// <summary>Gives the statement back; reading on from it is an error.</summary>
    public void Dispose()
    {
        if (_statement.IsRented) _statement.Connection.Return(_statement);
    }
}
