using System.Threading.Channels;

namespace Causeway.Gateway.Tests;

/// <summary>A clock on which every pause lasts until a test ends it.</summary>
internal sealed class PauseClock : TimeProvider
{
    private readonly Channel<Pause> _pauses = Channel.CreateUnbounded<Pause>();

    /// <summary>Waits for the next pause; it lasts until it is ended.</summary>
    public async Task<Pause> NextAsync() => await _pauses.Reader.ReadAsync().AsTask().WaitAsync(TestPage.Patience);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var pause = new Pause(dueTime, () => callback(state));
        _pauses.Writer.TryWrite(pause);
        return pause;
    }

    /// <summary>One pause.</summary>
    internal sealed class Pause(TimeSpan length, Action end) : ITimer
    {
        public TimeSpan Length => length;

        public void End() => end();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
