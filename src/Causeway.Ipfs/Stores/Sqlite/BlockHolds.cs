namespace Causeway.Ipfs.Stores.Sqlite;

/// <summary>The epoch of a store and the holds that are open in it, each of the epoch in which it was opened. Thread-safe.</summary>
internal sealed class BlockHolds(long epoch)
{
    private readonly HoldSet _open = new();
    private readonly Lock _lock = new();
    private long _epoch = epoch;

    /// <summary>The epoch now.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>That of the newest open hold, -1 while there is none.</summary>
    public long Newest => _open.Newest;

    public IAsyncDisposable Open()
    {
        // No epoch begins in between: a collection that does not see the hold has begun before it, and the hold is of the collection's epoch.
        lock (_lock)
        {
            var now = _epoch;
            _open.Add(now);
            return new Hold(() =>
            {
                _open.Remove(now);
                return ValueTask.CompletedTask;
            });
        }
    }

    /// <summary>Begins an epoch.</summary>
    /// <returns>What is older than this was neither put nor touched since, nor under a hold that is open.</returns>
    public long Begin(long epoch)
    {
        lock (_lock)
        {
            Volatile.Write(ref _epoch, epoch);
            return Math.Min(_open.Oldest ?? epoch, epoch);
        }
    }
}
