using System.Threading.Channels;

namespace Causeway.Network.Tests;

/// <summary>A manual clock that tells which timers are set: a test that has read a wait from <see cref="Waits"/> knows that moving the clock will end it.</summary>
internal sealed class ObservedTime : TimeProvider
{
    private readonly ManualTimeProvider _time = new();
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>The due times of all timers, in the order in which they were set.</summary>
    public ChannelReader<TimeSpan> Waits => _waits.Reader;

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override long GetTimestamp() => _time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = _time.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan) _waits.Writer.TryWrite(dueTime);
        return timer;
    }

    public void Advance(TimeSpan by) => _time.Advance(by);

    /// <summary>Moves the clock step by step, as long as something is not done; what hangs on real sockets gets the processor in between.</summary>
    public async Task RunAsync(Task task, TimeSpan step)
    {
        while (!task.IsCompleted)
        {
            Advance(step);
            await Task.Yield();
        }
    }
}
