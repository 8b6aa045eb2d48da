namespace Causeway.Libp2p.PubSub.Service;

/// <summary>Lets one producer have so many items under way and no more. Costs nothing while there is credit.</summary>
internal sealed class CreditGate(int credit)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiter;
    private int _credit = credit;

    /// <summary>Takes one credit; waits where there is none. One caller at a time.</summary>
    public ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_credit > 0)
            {
                _credit--;
                return ValueTask.CompletedTask;
            }

            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_waiter.Task.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Gives one credit back.</summary>
    public void Release()
    {
        TaskCompletionSource? waiter;
        lock (_lock)
        {
            waiter = _waiter;
            _waiter = null;
            if (waiter is null) _credit++;
        }

        waiter?.TrySetResult();
    }
}
