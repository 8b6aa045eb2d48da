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
                if (!isDue && !await IsHighAsync()) continue;
                var result = await CollectAsync();
                if (isDue) last = _collector.Time.GetTimestamp();
                Ended?.Invoke(result);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task<CollectionResult?> CollectAsync()
    {
        try
        {
            return await _collector.RunUnlessRecentAsync(_stop.Token);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _collector.Log.CollectionFailed(error);
            return null;
        }
    }

    private async Task<bool> IsHighAsync()
    {
        var usage = await _collector.Store.GetUsageAsync(_stop.Token);
        return usage.Bytes >= usage.MaxBytes * _collector.Options.HighWater;
    }
}
