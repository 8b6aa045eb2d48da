using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Relay.Members;

/// <summary>Says UNREACHABLE at most once per second and destination (tunnel protocol §2.1), and at most for so many destinations in a second.</summary>
internal sealed class UnreachableLimit(TimeProvider time)
{
    private const int MaxDestinations = 256;

    private readonly Dictionary<TunnelPeerId, long> _said = [];
    private long _cleared = time.GetTimestamp();

    /// <summary>Whether to say it now.</summary>
    public bool TryTake(TunnelPeerId destination)
    {
        var now = time.GetTimestamp();
        if (_said.TryGetValue(destination, out var before) && time.GetElapsedTime(before, now) < TimeSpan.FromSeconds(1)) return false;
        if (_said.Count >= MaxDestinations)
        {
            if (time.GetElapsedTime(_cleared, now) < TimeSpan.FromSeconds(1)) return false;
            _said.Clear();
            _cleared = now;
        }

        _said[destination] = now;
        return true;
    }
}
