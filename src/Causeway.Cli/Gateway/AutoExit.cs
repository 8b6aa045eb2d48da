namespace Causeway.Cli.Gateway;

/// <summary>Ends the gateway some time after its last page has gone; only when one has come before, and unless another comes.</summary>
internal sealed class AutoExit : IDisposable
{
    private readonly TaskCompletionSource _due = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private readonly TimeSpan _delay;
    private readonly Action<string> _tell;

    /// <summary>Waits for the first page.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="delay">How long to wait for a page that reloads.</param>
    /// <param name="tell">Takes sentences for the user.</param>
    public AutoExit(TimeProvider time, TimeSpan delay, Action<string> tell)
    {
        _delay = delay;
        _tell = tell;
        _timer = time.CreateTimer(static self => ((AutoExit)self!)._due.TrySetResult(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Completes when it is time to end.</summary>
    public Task Due => _due.Task;

    /// <summary>The number of pages has changed.</summary>
    public void OnPages(int count)
    {
        if (count == 0) _tell($"The last page has gone; ending in {_delay.TotalSeconds:0.###} s unless one comes back (--linger keeps running).");
        _timer.Change(count == 0 ? _delay : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
