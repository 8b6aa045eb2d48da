using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Relay.Members;

/// <summary>From whom a member wants nothing for some time (BLOCK). Bounded: the one that ends first makes room.</summary>
internal sealed class BlockList(int capacity, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TunnelPeerId, DateTimeOffset> _until = [];

    /// <summary>Blocks a peer, or lifts it.</summary>
    public void Set(TunnelPeerId peer, TimeSpan duration)
    {
        lock (_lock)
        {
            _until.Remove(peer);
            if (duration == TimeSpan.Zero) return;
            if (_until.Count >= capacity) _until.Remove(_until.MinBy(entry => entry.Value).Key);
            _until[peer] = time.GetUtcNow() + duration;
        }
    }

    /// <summary>Whether a peer is blocked now.</summary>
    public bool Contains(TunnelPeerId peer)
    {
        lock (_lock)
        {
            if (!_until.TryGetValue(peer, out var until)) return false;
            if (time.GetUtcNow() < until) return true;
            _until.Remove(peer);
            return false;
        }
    }
}
