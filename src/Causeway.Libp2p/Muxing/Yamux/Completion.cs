namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>A task that exists only when someone asks for it: most streams are never asked. Thread-safe.</summary>
internal sealed class Completion
{
    private static readonly object Succeeded = new();

    /// <summary>Null, <see cref="Succeeded"/>, an exception, or the source of a task that was asked for.</summary>
    private object? _state;

    /// <summary>The task.</summary>
    public Task Task
    {
        get
        {
            while (true)
            {
                var state = Volatile.Read(ref _state);
                switch (state)
                {
                    case TaskCompletionSource source:
                        return source.Task;
                    case Exception failure:
                        var failed = Task.FromException(failure);
                        _ = failed.Exception;
                        return failed;
                    case not null:
                        return Task.CompletedTask;
                }

                var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (Interlocked.CompareExchange(ref _state, created, null) is null) return created.Task;
            }
        }
    }

    /// <summary>Completes it, unless it is complete.</summary>
    public void Succeed()
    {
        if (Interlocked.CompareExchange(ref _state, Succeeded, null) is TaskCompletionSource source) _ = source.TrySetResult();
    }

    /// <summary>Fails it, unless it is complete. Nobody has to observe the failure.</summary>
    public void Fail(Exception failure)
    {
        if (Interlocked.CompareExchange(ref _state, failure, null) is not TaskCompletionSource source) return;
        _ = source.TrySetException(failure);
        _ = source.Task.Exception;
    }
}
