using Microsoft.Extensions.Logging;

namespace Causeway.Libp2p.Hosts;

/// <summary>
/// Raises events one after the other, in order, off the threads that caused them. No task lives while there is nothing to raise.
/// </summary>
internal sealed class HostEventQueue(Action<HostEvent> raise, ILogger log) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<HostEvent> _events = new();
    private TaskCompletionSource? _drained;
    private bool _isRaising;

    public void Post(HostEvent change)
    {
        lock (_lock)
        {
            _events.Enqueue(change);
            if (_isRaising) return;
            _isRaising = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Completes when everything posted so far has been raised.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            if (!_isRaising) return Task.CompletedTask;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    public void Execute()
    {
        while (true)
        {
            HostEvent next;
            lock (_lock)
            {
                if (!_events.TryDequeue(out next!))
                {
                    _isRaising = false;
                    _drained?.TrySetResult();
                    _drained = null;
                    return;
                }
            }

            try
            {
                raise(next);
            }
            catch (Exception error)
            {
                // A subscriber's mistake must not cost the others their events.
                log.SubscriberFailed(next.GetType().Name, error);
            }
        }
    }
}
