using System.Runtime.InteropServices;

namespace Causeway.Relay.Admission;

/// <summary>
/// A bucket that fills at a steady rate. It may go below zero once: a record is taken whole, and what comes after it waits. Times are timestamps of the
/// <see cref="TimeProvider"/> that the caller uses.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct TokenBucket
{
    private readonly double _perTick;
    private readonly double _burst;
    private readonly long _frequency;
    private double _tokens;
    private long _last;

    /// <summary>A full bucket.</summary>
    /// <param name="perSecond">Tokens per second; 0 for no limit.</param>
    /// <param name="burst">Tokens at most.</param>
    /// <param name="frequency">Ticks per second.</param>
    /// <param name="now">The time.</param>
    public TokenBucket(double perSecond, double burst, long frequency, long now)
    {
        (_perTick, _burst, _frequency) = (perSecond / frequency, burst, frequency);
        (_tokens, _last) = (burst, now);
    }

    /// <summary>Whether there is a limit at all.</summary>
    public readonly bool IsLimited => _perTick > 0;

    /// <summary>How long until something may be taken; zero if it may now.</summary>
    public TimeSpan Wait(long now)
    {
        if (!IsLimited) return TimeSpan.Zero;
        _tokens = Math.Min(_burst, _tokens + (Math.Max(0, now - _last) * _perTick));
        _last = now;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / _perTick / _frequency);
    }

    /// <summary>Takes tokens, whether they are there or not.</summary>
    public void Take(double tokens)
    {
        if (IsLimited) _tokens -= tokens;
    }
}
