using Causeway.Multiformats;

namespace Causeway.Libp2p.Resources;

/// <summary>What one connection holds. Disposing gives everything back, whatever was forgotten above.</summary>
internal sealed class ConnectionScope(ResourceManager manager, ResourceScope transient, Direction direction) : IMemoryScope, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ScopeLimits _limits = manager.Options.Connection;
    private ResourceScope _owner = transient;
    private PeerId? _peer;
    private int _inboundStreams;
    private int _outboundStreams;
    private long _memory;
    private bool _disposed;

    /// <summary>What this connection holds now.</summary>
    public ResourceUsage Usage
    {
        get
        {
            lock (_lock)
            {
                var isInbound = !_disposed && direction == Direction.Inbound;
                var isOutbound = !_disposed && direction == Direction.Outbound;
                return new ResourceUsage(isInbound ? 1 : 0, isOutbound ? 1 : 0, _inboundStreams, _outboundStreams, _memory);
            }
        }
    }

    /// <summary>The handshake has told whose connection this is: from now on it counts for that peer.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.ResourceLimit"/>: the peer has too many.</exception>
    public void Assign(PeerId peer)
    {
        lock (_lock)
        {
            if (_disposed || _peer is not null) return;
            if (!manager.TryEnter(peer, direction, _memory, out var scope)) throw ResourceManager.Refusal("connection", direction, "peer");
            _owner = scope;
            _peer = peer;
        }
    }

    public bool TryReserve(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        lock (_lock)
        {
            if (_disposed) return false;
            if (_memory + bytes > _limits.Memory)
            {
                ResourceMetrics.Blocked("connection", "memory", direction: null);
                return false;
            }

            if (!_owner.TryReserve(bytes)) return false;
            _memory += bytes;
            return true;
        }
    }

    public void Release(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        lock (_lock)
        {
            if (_disposed) return;
            bytes = Math.Min(bytes, _memory);
            _memory -= bytes;
            _owner.Release(bytes);
        }
    }

    /// <summary>Takes a stream.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.ResourceLimit"/> or <see cref="Libp2pError.ConnectionClosed"/>.</exception>
    public void AddStream(Direction streamDirection)
    {
        lock (_lock)
        {
            if (_disposed) throw new Libp2pException(Libp2pError.ConnectionClosed, "The connection is closed.");
            ref var count = ref CountOf(streamDirection);
            var limit = streamDirection == Direction.Inbound ? _limits.InboundStreams : _limits.OutboundStreams;
            if (count >= limit || _inboundStreams + _outboundStreams >= _limits.Streams)
            {
                ResourceMetrics.Blocked("connection", "stream", streamDirection);
                throw ResourceManager.Refusal("stream", streamDirection, "connection");
            }

            if (!_owner.TryAddStream(streamDirection, out var refusedBy)) throw ResourceManager.Refusal("stream", streamDirection, refusedBy);
            count++;
        }
    }

    /// <summary>Gives a stream back.</summary>
    public void RemoveStream(Direction streamDirection)
    {
        lock (_lock)
        {
            if (_disposed) return;
            CountOf(streamDirection)--;
            _owner.RemoveStream(streamDirection);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            _owner.Release(_memory);
            _memory = 0;
            for (; _inboundStreams > 0; _inboundStreams--) _owner.RemoveStream(Direction.Inbound);
            for (; _outboundStreams > 0; _outboundStreams--) _owner.RemoveStream(Direction.Outbound);
            if (_peer is not null) manager.Leave(_peer, _owner, direction);
            else _owner.RemoveConnection(direction);
        }
    }

    private ref int CountOf(Direction streamDirection) => ref streamDirection == Direction.Inbound ? ref _inboundStreams : ref _outboundStreams;
}
