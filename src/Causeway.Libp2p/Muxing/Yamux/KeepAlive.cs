namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>What to do when the keep-alive timer fires.</summary>
internal enum KeepAliveAction
{
    /// <summary>Send a ping.</summary>
    Ping,

    /// <summary>Nothing yet.</summary>
    Wait,

    /// <summary>The other end is gone.</summary>
    Close,
}

/// <summary>
/// Decides about keep-alive, without a timer of its own: a ping each interval, and the end when nothing at all has arrived for the timeout after one.
/// Any byte counts as a sign of life: on a busy connection the answer may wait behind much data.
/// </summary>
internal sealed class KeepAlive(TimeSpan interval, TimeSpan timeout)
{
    private long _received;
    private TimeSpan? _pingedAt;

    /// <summary>Bytes have arrived. Callable from any thread.</summary>
    public void Received(TimeSpan now) => Volatile.Write(ref _received, now.Ticks);

    /// <summary>The timer fired: what to do, and when to fire next.</summary>
    public (KeepAliveAction Action, TimeSpan Next) Fire(TimeSpan now)
    {
        var received = new TimeSpan(Volatile.Read(ref _received));
        if (_pingedAt is { } pinged)
        {
            if (received < pinged && now - pinged >= timeout) return (KeepAliveAction.Close, Timeout.InfiniteTimeSpan);
            if (received < pinged) return (KeepAliveAction.Wait, timeout - (now - pinged));
            _pingedAt = null;
            if (interval > timeout) return (KeepAliveAction.Wait, interval - timeout);
        }

        _pingedAt = now;
        return (KeepAliveAction.Ping, timeout);
    }
}
