namespace Causeway.Tunnel.Switching;

/// <summary>
/// A token bucket, kept as the time at which it would be full again (the generic cell rate algorithm, ITU-T I.371 annex A): no tokens to count,
/// nothing to refill.
/// </summary>
internal sealed class StormLimit(int perSecond, int burst, long ticksPerSecond)
{
    private readonly long _interval = Math.Max(1, ticksPerSecond / perSecond);
    private readonly long _tolerance = Math.Max(1, ticksPerSecond / perSecond) * burst;
    private long _full = long.MinValue;

    /// <summary>Takes so many tokens, or none and returns false.</summary>
    public bool TryTake(long now, int count)
    {
        var full = Math.Max(_full, now) + (count * _interval);
        if (full - now > _tolerance) return false;
        _full = full;
        return true;
    }
}
