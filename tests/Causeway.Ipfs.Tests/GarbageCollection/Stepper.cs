using System.Threading.Channels;

namespace Causeway.Ipfs.Tests.GarbageCollection;

/// <summary>
/// Lets one of several actors take one step at a time, chosen by a seed: whatever they do between two steps happens as if at once. The same seed makes the
/// same history.
/// </summary>
internal sealed class Stepper(Random random)
{
    private readonly List<TaskCompletionSource> _parked = [];
    private readonly Channel<bool> _events = Channel.CreateUnbounded<bool>();
    private readonly List<Task> _actors = [];

    /// <summary>Waits for a turn.</summary>
    public Task StepAsync()
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _parked.Add(turn);
        _events.Writer.TryWrite(true);
        return turn.Task;
    }

    /// <summary>Adds an actor. It begins with a turn.</summary>
    public void Add(Func<Task> actor) => _actors.Add(RunAsync(actor));

    /// <summary>Runs all actors to their ends, and <paramref name="check"/> after each step.</summary>
    public async Task RunAsync(Func<Task> check, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _actors.Count; i++) await _events.Reader.ReadAsync(cancellationToken);
        while (_parked.Count > 0)
        {
            var next = random.Next(_parked.Count);
            var turn = _parked[next];
            _parked.RemoveAt(next);
            turn.SetResult();

            // It has parked again, or ended.
            await _events.Reader.ReadAsync(cancellationToken);
            await check();
        }

        await Task.WhenAll(_actors);
    }

    private async Task RunAsync(Func<Task> actor)
    {
        await StepAsync();
        try
        {
            await actor();
        }
        finally
        {
            _events.Writer.TryWrite(true);
        }
    }
}
