using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Causeway.Hosting.Servers;

/// <summary>
/// Counts the connections of each address, before TLS and before anything was read: whoever opens many and says nothing cannot take all that a server has. Those
/// over the limit are closed without a word.
/// </summary>
internal sealed class AddressLimit(int limit, Func<IPAddress, bool>? isExempt)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AddressKey, int> _connections = [];

    /// <summary>Connections that are counted now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _connections.Values.Sum();
        }
    }

    /// <summary>Serves a connection, or closes it.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || isExempt?.Invoke(address) == true)
        {
            await next(connection);
            return;
        }

        var key = AddressKey.Of(address);
        if (!TryEnter(key)) return;
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(key);
        }
    }

    private bool TryEnter(AddressKey key)
    {
        lock (_lock)
        {
            var count = _connections.GetValueOrDefault(key);
            if (count >= limit) return false;
            _connections[key] = count + 1;
            return true;
        }
    }

    private void Leave(AddressKey key)
    {
        lock (_lock)
        {
            var count = _connections[key] - 1;
            if (count == 0) _connections.Remove(key);
            else _connections[key] = count;
        }
    }
}
