using System.Threading.Channels;

namespace Causeway.Libp2p.Tests.Support;

/// <summary>A manual clock that tells what timers are set to after they were made: who has read it knows that moving the clock so far will fire one.</summary>
internal sealed class RescheduledTime : TimeProvider
{
    private readonly ManualTimeProvider _time = new();
    private readonly Channel<DateTimeOffset> _due = Channel.CreateUnbounded<DateTimeOffset>();

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

    public override long GetTimestamp() => _time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(this, _time.CreateTimer(callback, state, dueTime, period));

    public void Advance(TimeSpan by) => _time.Advance(by);

    /// <summary>Waits until a timer is set that is due later than this from now, and returns how much later.</summary>
    public async Task<TimeSpan> NextAsync(TimeSpan longerThan)
    {
        while (true)
        {
            var wait = await _due.Reader.ReadAsync(Some.Patience) - GetUtcNow();
            if (wait > longerThan) return wait;
        }
    }

    private sealed class Timer(RescheduledTime owner, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var due = owner.GetUtcNow() + dueTime;
            var isSet = timer.Change(dueTime, period);
            owner._due.Writer.TryWrite(due);
            return isSet;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
