using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Protocol.Handshakes.Guarding;

/// <summary>One ERROR per second and source, for a bounded number of sources: when they are too many, some get none.</summary>
internal sealed class ErrorThrottle
{
    private const int MaxSources = 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<TunnelPeerId, TimeSpan> _next = [];
    private TimeSpan _sweep;

    /// <summary>Whether the source may get one now.</summary>
    public bool TryTake(TunnelPeerId source, TimeSpan now)
    {
        if (_next.TryGetValue(source, out var next))
        {
            if (now < next) return false;
        }
        else if (_next.Count >= MaxSources)
        {
            if (now < _sweep) return false;
            foreach (var (peer, until) in _next)
            {
                if (until <= now) _next.Remove(peer);
            }

            _sweep = now + Interval;
            if (_next.Count >= MaxSources) return false;
        }

        _next[source] = now + Interval;
        return true;
    }
}
