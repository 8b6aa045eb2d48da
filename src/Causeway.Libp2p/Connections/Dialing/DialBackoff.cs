using System.Runtime.InteropServices;

namespace Causeway.Libp2p.Connections.Dialing;

/// <summary>Remembers what failed and until when it should be left alone. Thread-safe, bounded.</summary>
internal sealed class DialBackoff<TKey>(TimeSpan first, TimeSpan limit, TimeProvider time, Func<double> random)
    where TKey : notnull
{
    private const int Capacity = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Pause> _pauses = [];

    /// <summary>Entries held.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _pauses.Count;
        }
    }

    /// <summary>Whether a failure is remembered, be its pause over or not.</summary>
    public bool Knows(TKey key)
    {
        lock (_lock) return _pauses.ContainsKey(key);
    }

    /// <summary>How long <paramref name="key"/> should still be left alone; zero when it need not.</summary>
    public TimeSpan RemainingOf(TKey key)
    {
        lock (_lock)
        {
            if (!_pauses.TryGetValue(key, out var pause)) return TimeSpan.Zero;
            var remaining = pause.Until - time.GetUtcNow();
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    /// <summary>Doubles the pause, with a jitter of a quarter so that peers that failed together do not come back together.</summary>
    public void Failed(TKey key)
    {
        if (first == TimeSpan.Zero) return;
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var failures = _pauses.TryGetValue(key, out var pause) && now < pause.Until + limit ? pause.Failures + 1 : 1;
            var length = Math.Min(first.Ticks * Math.Pow(2, failures - 1), limit.Ticks) * (0.75 + (0.5 * random()));
            if (_pauses.Count >= Capacity && !_pauses.ContainsKey(key)) MakeRoom();
            _pauses[key] = new Pause(failures, now + TimeSpan.FromTicks((long)length));
        }
    }

    /// <summary>It works (again).</summary>
    public void Clear(TKey key)
    {
        lock (_lock) _pauses.Remove(key);
    }

    /// <summary>Forgets what has been over for long.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            foreach (var (key, pause) in _pauses)
            {
                if (now >= pause.Until + limit) _pauses.Remove(key);
            }
        }
    }

    private void MakeRoom()
    {
        foreach (var (key, _) in _pauses.OrderBy(static p => p.Value.Until).Take(Capacity / 8).ToArray()) _pauses.Remove(key);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Pause(int Failures, DateTimeOffset Until);
}
