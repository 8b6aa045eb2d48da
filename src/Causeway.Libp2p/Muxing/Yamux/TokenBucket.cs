namespace Causeway.Libp2p.Muxing.Yamux;

/// <summary>Limits how often something may happen: a burst, refilled at a constant rate.</summary>
/// <param name="burst">How often at once.</param>
/// <param name="perSecond">How many come back each second.</param>
internal sealed class TokenBucket(int burst, int perSecond)
{
    private double _tokens = burst;
    private TimeSpan _last;

    /// <summary>Takes one; false when there is none left.</summary>
    /// <param name="now">The time since any fixed moment; never runs backwards.</param>
    public bool TryTake(TimeSpan now)
    {
        if (now > _last)
        {
            _tokens = Math.Min(burst, _tokens + ((now - _last).TotalSeconds * perSecond));
            _last = now;
        }

        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }
}
