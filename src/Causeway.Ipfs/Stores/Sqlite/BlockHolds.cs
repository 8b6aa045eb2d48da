namespace Causeway.Ipfs.Stores.Sqlite;

/// <summary>The epoch of a store and the holds that are open in it, each of the epoch in which it was opened. Thread-safe.</summary>
internal sealed class BlockHolds(long epoch)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, int> _open = [];
    private long _epoch = epoch;
    private long _newest = -1;

    /// <summary>The epoch now.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>That of the newest open hold, -1 while there is none.</summary>
    public long Newest => Volatile.Read(ref _newest);

    public IAsyncDisposable Open()
    {
        lock (_lock)
        {
            _open[_epoch] = _open.GetValueOrDefault(_epoch) + 1;
            Volatile.Write(ref _newest, _epoch);
            return new Hold(this, _epoch);
        }
    }

    /// <summary>Begins an epoch.</summary>
    /// <returns>What is older than this was neither put nor touched since, nor under a hold that is open.</returns>
    public long Begin(long epoch)
    {
        lock (_lock)
        {
            var oldest = _open.Count > 0 ? _open.First().Key : epoch;
            Volatile.Write(ref _epoch, epoch);
            return Math.Min(oldest, epoch);
        }
    }

    private void Close(long epoch)
    {
        lock (_lock)
        {
            if (--_open[epoch] == 0) _open.Remove(epoch);
            Volatile.Write(ref _newest, _open.Count > 0 ? _open.Last().Key : -1);
        }
    }

    private sealed class Hold(BlockHolds owner, long epoch) : IAsyncDisposable
    {
        private int _isClosed;

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _isClosed, 1) == 0) owner.Close(epoch);
            return ValueTask.CompletedTask;
        }
    }
}
