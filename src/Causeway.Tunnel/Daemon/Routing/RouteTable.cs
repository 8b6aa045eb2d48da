using System.Collections.Concurrent;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Daemon.Routing;

/// <summary>The ways to peers: of members all, of others (newcomers, those who knock in vain) so many as are needed to answer them where they are.</summary>
internal sealed class RouteTable(TimeProvider time)
{
    /// <summary>The most ways that are kept to those who are no members.</summary>
    public const int MaxStrangers = 256;

    private readonly ConcurrentDictionary<TunnelPeerId, PeerRoute> _members = new();
    private readonly ConcurrentDictionary<TunnelPeerId, PeerRoute> _strangers = new();

    /// <summary>The way to a peer, if anything is known of it.</summary>
    public PeerRoute? Find(TunnelPeerId peer) => _members.GetValueOrDefault(peer) ?? _strangers.GetValueOrDefault(peer);

    /// <summary>The way to a member.</summary>
    public PeerRoute Keep(TunnelPeerId peer) => _members.GetOrAdd(peer, p => _strangers.TryRemove(p, out var known) ? known : new PeerRoute(time));

    /// <summary>The way to anybody.</summary>
    public PeerRoute FindOrAdd(TunnelPeerId peer)
    {
        if (Find(peer) is { } known) return known;
        if (_strangers.Count >= MaxStrangers) _strangers.Clear();
        return _strangers.GetOrAdd(peer, _ => new PeerRoute(time));
    }

    /// <summary>The peer is no member any more.</summary>
    public void Forget(TunnelPeerId peer) => _members.TryRemove(peer, out _);
}
