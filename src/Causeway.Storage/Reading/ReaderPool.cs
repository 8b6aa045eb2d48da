using System.Collections.Concurrent;
using Causeway.Storage.Connections;

namespace Causeway.Storage.Reading;

/// <summary>Connections that read; opened when they are needed first, a bounded number of them.</summary>
internal sealed class ReaderPool(string path, DatabaseOptions options) : IDisposable
{
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private readonly SemaphoreSlim _places = new(options.MaxReaders);
    private volatile bool _isClosed;

    /// <summary>Waits for a place and takes a connection.</summary>
    public async ValueTask<SqliteConnection> RentAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        return Take();
    }

    /// <summary>Waits for a place and takes a connection.</summary>
    public SqliteConnection Rent(CancellationToken cancellationToken)
    {
        _places.Wait(cancellationToken);
        return Take();
    }

    /// <summary>Gives a connection back.</summary>
    public void Return(SqliteConnection connection)
    {
        _idle.Add(connection);
        _places.Release();
    }

    /// <summary>Refuses new reads and waits for those under way.</summary>
    public async Task CloseAsync()
    {
        _isClosed = true;
        for (var i = 0; i < options.MaxReaders; i++) await _places.WaitAsync();

        // Whoever waits for a place gets one, and is told that it is too late.
        _places.Release(options.MaxReaders);
    }

    public void Dispose()
    {
        foreach (var connection in _idle) connection.Dispose();
    }

    private SqliteConnection Take()
    {
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(Database));
            return _idle.TryTake(out var connection) ? connection : SqliteConnection.Open(path, isReadOnly: true, options);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }
}
