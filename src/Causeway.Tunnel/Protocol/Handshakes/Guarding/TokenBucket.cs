using System.Runtime.InteropServices;

namespace Causeway.Tunnel.Protocol.Handshakes.Guarding;

/// <summary>So many at once, and so many more per second.</summary>
/// <param name="burst">How many tokens the bucket holds; it begins full.</param>
/// <param name="perSecond">How many come back each second.</param>
[StructLayout(LayoutKind.Auto)]
public struct TokenBucket(int burst, double perSecond)
{
    private double _tokens = burst;
    private TimeSpan _updated = TimeSpan.MinValue;

    /// <summary>Takes a token; false if there is none.</summary>
    /// <param name="now">The time on a clock that never goes back.</param>
    public bool TryTake(TimeSpan now)
    {
        if (_updated != TimeSpan.MinValue && now > _updated) _tokens = Math.Min(burst, _tokens + ((now - _updated).TotalSeconds * perSecond));
        _updated = now;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }
}
