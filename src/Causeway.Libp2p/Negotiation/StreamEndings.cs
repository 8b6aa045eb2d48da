namespace Causeway.Libp2p.Negotiation;

/// <summary>Counts a connection's streams that are to end but still await the answer to their proposal.</summary>
internal sealed class StreamEndings
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _none;
    private int _count;

    /// <summary>A stream is to end.</summary>
    public void Begin()
    {
        lock (_lock) _count++;
    }

    /// <summary>Its end is on the way.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (--_count > 0) return;
            _none?.TrySetResult();
            _none = null;
        }
    }

    /// <summary>Completes when no stream is to end.</summary>
    public Task WaitAsync()
    {
        lock (_lock)
        {
            if (_count == 0) return Task.CompletedTask;
            _none ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _none.Task;
        }
    }
}
