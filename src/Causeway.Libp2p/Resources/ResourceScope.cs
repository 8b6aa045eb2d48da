using System.Diagnostics.Metrics;

namespace Causeway.Libp2p.Resources;

/// <summary>Counts what is held and refuses what would pass a limit. What a scope holds, its parent holds too.</summary>
internal sealed class ResourceScope(string name, ScopeLimits limits, ResourceScope? parent)
{
    private readonly Counter _connections = new(limits.InboundConnections, limits.OutboundConnections, limits.Connections);
    private readonly Counter _streams = new(limits.InboundStreams, limits.OutboundStreams, limits.Streams);
    private readonly bool _isMetered = parent is null || name == ResourceManager.TransientName;
    private long _memory;

    /// <summary>What the scope is called in metrics: system, transient, peer, connection.</summary>
    public string Name => name;

    public ResourceUsage Usage =>
        new(_connections.Inbound, _connections.Outbound, _streams.Inbound, _streams.Outbound, Interlocked.Read(ref _memory));

    public bool IsEmpty => Usage == default;

    /// <summary>Takes a connection here and above; on refusal <paramref name="refusedBy"/> names the scope, and nothing is held.</summary>
    public bool TryAddConnection(Direction direction, out string? refusedBy) =>
        TryAdd(direction, static s => s._connections, ResourceMetrics.Connections, "connection", out refusedBy);

    public void RemoveConnection(Direction direction) => Remove(direction, static s => s._connections, ResourceMetrics.Connections);

    /// <summary>Takes over a connection and its memory from a sibling scope; the common parent sees no difference.</summary>
    public bool TryAdopt(Direction direction, long memory, ResourceScope from)
    {
        if (!_connections.TryAdd(direction))
        {
            ResourceMetrics.Blocked(name, "connection", direction);
            return false;
        }

        if (Interlocked.Add(ref _memory, memory) > limits.Memory)
        {
            Interlocked.Add(ref _memory, -memory);
            _connections.Remove(direction);
            ResourceMetrics.Blocked(name, "memory", direction: null);
            return false;
        }

        from._connections.Remove(direction);
        Interlocked.Add(ref from._memory, -memory);
        if (!from._isMetered) return true;
        ResourceMetrics.Change(ResourceMetrics.Connections, -1, from.Name, direction);
        ResourceMetrics.Memory.Add(-memory, new KeyValuePair<string, object?>("scope", from.Name));
        return true;
    }

    /// <summary>Takes a stream here and above.</summary>
    public bool TryAddStream(Direction direction, out string? refusedBy) =>
        TryAdd(direction, static s => s._streams, ResourceMetrics.Streams, "stream", out refusedBy);

    public void RemoveStream(Direction direction) => Remove(direction, static s => s._streams, ResourceMetrics.Streams);

    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _memory, bytes) > limits.Memory)
        {
            Interlocked.Add(ref _memory, -bytes);
            ResourceMetrics.Blocked(name, "memory", direction: null);
            return false;
        }

        if (parent is not null && !parent.TryReserve(bytes))
        {
            Interlocked.Add(ref _memory, -bytes);
            return false;
        }

        if (_isMetered) ResourceMetrics.Memory.Add(bytes, new KeyValuePair<string, object?>("scope", name));
        return true;
    }

    public void Release(long bytes)
    {
        Interlocked.Add(ref _memory, -bytes);
        if (_isMetered) ResourceMetrics.Memory.Add(-bytes, new KeyValuePair<string, object?>("scope", name));
        parent?.Release(bytes);
    }

    private bool TryAdd(
        Direction direction, Func<ResourceScope, Counter> counter, UpDownCounter<long> gauge, string resource, out string? refusedBy)
    {
        if (!counter(this).TryAdd(direction))
        {
            ResourceMetrics.Blocked(name, resource, direction);
            refusedBy = name;
            return false;
        }

        if (_isMetered) ResourceMetrics.Change(gauge, 1, name, direction);
        if (parent is null || parent.TryAdd(direction, counter, gauge, resource, out refusedBy))
        {
            refusedBy = null;
            return true;
        }

        counter(this).Remove(direction);
        if (_isMetered) ResourceMetrics.Change(gauge, -1, name, direction);
        return false;
    }

    private void Remove(Direction direction, Func<ResourceScope, Counter> counter, UpDownCounter<long> gauge)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            counter(scope).Remove(direction);
            if (scope._isMetered) ResourceMetrics.Change(gauge, -1, scope.Name, direction);
        }
    }

    private ResourceScope? Parent => parent;

    /// <summary>Two directions and their sum, each with a limit.</summary>
    private sealed class Counter(int inboundLimit, int outboundLimit, int totalLimit)
    {
        private readonly Lock _lock = new();

        public int Inbound { get; private set; }

        public int Outbound { get; private set; }

        public bool TryAdd(Direction direction)
        {
            lock (_lock)
            {
                if (Inbound + Outbound >= totalLimit) return false;
                if (direction == Direction.Inbound ? Inbound >= inboundLimit : Outbound >= outboundLimit) return false;
                if (direction == Direction.Inbound) Inbound++;
                else Outbound++;
                return true;
            }
        }

        public void Remove(Direction direction)
        {
            lock (_lock)
            {
                if (direction == Direction.Inbound) Inbound--;
                else Outbound--;
            }
        }
    }
}
