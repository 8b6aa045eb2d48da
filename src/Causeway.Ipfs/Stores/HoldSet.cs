namespace Causeway.Ipfs.Stores;

/// <summary>The epochs of holds that are open in this process. Thread-safe.</summary>
internal sealed class HoldSet
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, int> _open = [];
    private long _newest = -1;

    /// <summary>That of the newest hold, -1 while there is none.</summary>
    public long Newest => Volatile.Read(ref _newest);

    /// <summary>That of the oldest hold, or null while there is none.</summary>
    public long? Oldest
    {
        get
        {
            lock (_lock) return _open.Count > 0 ? _open.First().Key : null;
        }
    }

    public void Add(long epoch)
    {
        lock (_lock)
        {
            _open[epoch] = _open.GetValueOrDefault(epoch) + 1;
            Volatile.Write(ref _newest, _open.Last().Key);
        }
    }

    public void Remove(long epoch)
    {
        lock (_lock)
        {
            if (--_open[epoch] == 0) _open.Remove(epoch);
            Volatile.Write(ref _newest, _open.Count > 0 ? _open.Last().Key : -1);
        }
    }
}
