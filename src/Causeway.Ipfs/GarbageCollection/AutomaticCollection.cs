namespace Causeway.Ipfs.GarbageCollection;

/// <summary>
/// Runs a <see cref="GarbageCollector"/> from time to time, and when much of the quota is used, until it is disposed. Dispose it before the store.
/// </summary>
public sealed class AutomaticCollection : IAsyncDisposable
{
    private readonly GarbageCollector _collector;
    private readonly CancellationTokenSource _stop = new();
    private readonly PeriodicTimer _looks;
    private readonly Task _running;
    private int _isDisposed;

    /// <summary>Begins; the first look is <see cref="GarbageCollectorOptions.LookEvery"/> from now.</summary>
    public AutomaticCollection(GarbageCollector collector)
    {
        ArgumentNullException.ThrowIfNull(collector);
        _collector = collector;
        _looks = new PeriodicTimer(collector.Options.LookEvery, collector.Time);
        _running = RunAsync();
    }

    /// <summary>Told of each collection that was due, when it is over; with null for one that failed, or that another one made needless.</summary>
    internal event Action<CollectionResult?>? Ended;

    /// <summary>Stops, in the middle of a collection if need be.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await _stop.CancelAsync();
        await _running;
        _looks.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var last = _collector.Time.GetTimestamp();
        try
        {
            while (await _looks.WaitForNextTickAsync(_stop.Token))
            {
                var isDue = _collector.Time.GetElapsedTime(last) >= _collector.Options.Interval;
                var (isOver, result) = await LookAsync(isDue);
                if (!isOver) continue;
                if (isDue) last = _collector.Time.GetTimestamp();
                Ended?.Invoke(result);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    // Whatever fails, a database in the network that is away above all: the next look is taken all the same.
    private async Task<(bool IsOver, CollectionResult? Result)> LookAsync(bool isDue)
    {
        try
        {
            if (!isDue && !await IsHighAsync()) return (false, null);
            return (true, await _collector.RunUnlessRecentAsync(_stop.Token));
        }
        catch (Exception error) when (!_stop.IsCancellationRequested)
        {
            _collector.Log.CollectionFailed(error);
            return (true, null);
        }
    }

    private async Task<bool> IsHighAsync()
    {
        var usage = await _collector.Store.GetUsageAsync(_stop.Token);
        return usage.Bytes >= usage.MaxBytes * _collector.Options.HighWater;
    }
}
