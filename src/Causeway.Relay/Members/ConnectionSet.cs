using System.Collections.Concurrent;

namespace Causeway.Relay.Members;

/// <summary>All connections, proved or not.</summary>
internal sealed class ConnectionSet
{
    private readonly ConcurrentDictionary<ulong, MemberConnection> _connections = [];
    private readonly Lock _lock = new();
    private TaskCompletionSource? _empty;

    /// <summary>How many there are.</summary>
    public int Count => _connections.Count;

    /// <summary>All at this moment.</summary>
    public IEnumerable<MemberConnection> All => _connections.Select(entry => entry.Value);

    /// <summary>Adds one.</summary>
    public void Add(MemberConnection connection) => _connections[connection.Number] = connection;

    /// <summary>Removes one.</summary>
    public void Remove(MemberConnection connection)
    {
        _connections.TryRemove(connection.Number, out _);
        lock (_lock)
        {
            if (_connections.IsEmpty) _empty?.TrySetResult();
        }
    }

    /// <summary>Completed when there is none, now or later.</summary>
    public Task WhenEmpty()
    {
        lock (_lock)
        {
            if (_connections.IsEmpty) return Task.CompletedTask;
            if (_empty is null or { Task.IsCompleted: true }) _empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }
}
