namespace Causeway.Gateway.Topics;

/// <summary>Runs asynchronous steps one after the other, in the order in which they were added. The first runs at once.</summary>
internal sealed class OrderedLane
{
    private Task _tail = Task.CompletedTask;

    /// <summary>Whether nothing runs.</summary>
    public bool IsIdle => _tail.IsCompleted;

    /// <summary>The step that was added last.</summary>
    public Task Last => _tail;

    /// <summary>Adds a step. Not thread-safe: steps are added by one reader.</summary>
    public Task Add(Func<Task> step)
    {
        var task = _tail.IsCompleted ? step() : After(_tail, step);
        _tail = task;
        return task;
    }

    private static async Task After(Task before, Func<Task> step)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await step();
    }
}
