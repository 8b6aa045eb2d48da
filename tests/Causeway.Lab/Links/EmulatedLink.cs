using System.Diagnostics;
using Causeway.Lab.Sockets;

namespace Causeway.Lab.Links;

/// <summary>Carries frames between two devices on a thread of its own, late, and not all of them.</summary>
internal sealed class EmulatedLink : IDisposable
{
    // 40 ms at 6 Gbit/s of full frames are 20 000.
    private const int Capacity = 32768;

    // Where frames take milliseconds anyway, those of a stream are moved a few at a time: waking up costs tens of microseconds on a virtual machine.
    // A frame after a pause is not late; one of a stream is by twice the break at most, on its way in and on its way out.
    private const long BreakNanoseconds = 150_000;
    private static readonly TimeSpan LongDelay = TimeSpan.FromMilliseconds(2);

    private readonly PacketSocket _near;
    private readonly PacketSocket _far;
    private readonly DelayLine _fromMachine;
    private readonly DelayLine _toMachine;
    private readonly FrameStore _fromStore = new(Capacity);
    private readonly FrameStore _toStore = new(Capacity);
    private readonly Poller _poller;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private long _missedFromMachine;
    private long _missedToMachine;
    private volatile bool _stopping;

    /// <summary>Begins to carry between two devices of this network namespace.</summary>
    /// <exception cref="LabException">A device does not exist or cannot be used.</exception>
    public EmulatedLink(string near, string far, LinkConditions conditions)
    {
        conditions.Validate();
        _near = PacketSocket.OpenForLink(near);
        _far = PacketSocket.OpenForLink(far);
        _fromMachine = new DelayLine(conditions, 0, Capacity);
        _toMachine = new DelayLine(conditions, 1, Capacity);
        _poller = new Poller(_near, _far);
        _thread = new Thread(Run) { Name = near, IsBackground = true };
        _thread.Start();
    }

    /// <summary>What it has done so far.</summary>
    public LinkStatistics Statistics
    {
        get
        {
            lock (_lock)
            {
                // What the sockets dropped because this thread did not come in time.
                _missedFromMachine += _near.TakeDropped();
                _missedToMachine += _far.TakeDropped();
                var leaving = _fromMachine.Statistics;
                var arriving = _toMachine.Statistics;
                return new LinkStatistics(
                    leaving with { Overflowed = leaving.Overflowed + _missedFromMachine },
                    arriving with { Overflowed = arriving.Overflowed + _missedToMachine });
            }
        }
    }

    /// <summary>Changes what it does to frames that enter from now on; those on the way keep their time.</summary>
    public void SetConditions(LinkConditions conditions)
    {
        conditions.Validate();
        lock (_lock) _fromMachine.Conditions = _toMachine.Conditions = conditions;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _poller.Wake();
        _thread.Join();
        _poller.Dispose();
        _near.Dispose();
        _far.Dispose();
        _fromStore.Dispose();
        _toStore.Dispose();
    }

    private static long Now() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    private void Run()
    {
        Poller.SharpenTimersOfThisThread();
        while (!_stopping)
        {
            _poller.Wait(Earlier(_fromMachine.NextDue, _toMachine.NextDue) is { } due ? Math.Max(0, due - Now()) : null);
            int moved;
            bool isSlow;
            lock (_lock)
            {
                var now = Now();
                moved = _fromStore.Receive(_near, _fromMachine, now) + _fromStore.Send(_fromMachine, _far, now)
                    + _toStore.Receive(_far, _toMachine, now) + _toStore.Send(_toMachine, _near, now);
                isSlow = _fromMachine.Conditions.Delay >= LongDelay;
            }

            if (moved > 0 && isSlow) _poller.Rest(BreakNanoseconds);
        }
    }

    private static long? Earlier(long? one, long? other) => one is null || other < one ? other ?? one : one;
}
