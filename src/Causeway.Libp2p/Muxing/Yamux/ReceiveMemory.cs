using Causeway.Libp2p.Resources;

namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>What one connection holds for its peer: at most a limit of its own, and accounted in the scope it was given. Thread-safe.</summary>
internal sealed class ReceiveMemory(IMemoryScope scope, long limit)
{
    private readonly Lock _lock = new();
    private long _charged;
    private bool _closed;

    /// <summary>Bytes accounted now.</summary>
    public long Charged
    {
        get
        {
            lock (_lock) return _charged;
        }
    }

    /// <summary>Changes one stream's part from <paramref name="charged"/> to <paramref name="wanted"/>; false when there is no room for more.</summary>
    /// <param name="charged">The part; changed on success.</param>
    /// <param name="wanted">What it should become.</param>
    /// <param name="share">The part of the limit that may be used for this purpose, 0 to 1.</param>
    public bool TryResize(ref long charged, long wanted, double share = 1)
    {
        lock (_lock)
        {
            var delta = wanted - charged;
            if (!_closed)
            {
                if (delta > 0 && (_charged + delta > limit * share || !scope.TryReserve(delta))) return false;
                if (delta < 0) scope.Release(-delta);
                _charged += delta;
            }

            charged = wanted;
            return true;
        }
    }

    /// <summary>The connection has ended: everything goes back at once, and nothing is accounted any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_closed) return;
            _closed = true;
            if (_charged > 0) scope.Release(_charged);
            _charged = 0;
        }
    }
}

/// <summary>One stream's part of <see cref="ReceiveMemory"/>: the greater of what it has buffered and what its grown window promises.</summary>
internal sealed class StreamMemory(ReceiveMemory connection)
{
    /// <summary>Grown windows get at most this part of the connection's memory, so that buffering within initial windows always has room.</summary>
    private const double GrowthShare = 0.5;

    private readonly Lock _lock = new();
    private long _growth;
    private long _buffered;
    private long _charged;

    /// <summary>Asks for room to buffer.</summary>
    public bool TryBuffer(int bytes)
    {
        lock (_lock)
        {
            if (!connection.TryResize(ref _charged, Math.Max(_growth, _buffered + bytes))) return false;
            _buffered += bytes;
            return true;
        }
    }

    /// <summary>Gives buffered room back.</summary>
    public void Unbuffer(int bytes)
    {
        lock (_lock)
        {
            _buffered -= bytes;
            _ = connection.TryResize(ref _charged, Math.Max(_growth, _buffered));
        }
    }

    /// <summary>Asks for room to promise: the window grows beyond the initial one by <paramref name="bytes"/> in all.</summary>
    public bool TryGrow(long bytes)
    {
        lock (_lock)
        {
            if (!connection.TryResize(ref _charged, Math.Max(bytes, _buffered), GrowthShare)) return false;
            _growth = bytes;
            return true;
        }
    }

    /// <summary>No more will arrive: the promise is void.</summary>
    public void Settle()
    {
        lock (_lock)
        {
            _growth = 0;
            _ = connection.TryResize(ref _charged, _buffered);
        }
    }
}
