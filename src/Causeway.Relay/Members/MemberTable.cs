using System.Collections.Concurrent;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Relay.Members;

/// <summary>Which member is on which connection. A newer connection of a peer takes over; the end of the older one does not touch it.</summary>
internal sealed class MemberTable
{
    private readonly ConcurrentDictionary<TunnelPeerId, MemberConnection> _members = [];

    /// <summary>Members now.</summary>
    public int Count => _members.Count;

    /// <summary>All members at this moment.</summary>
    public IEnumerable<MemberConnection> All => _members.Values;

    /// <summary>The connection of a peer.</summary>
    public MemberConnection? Find(TunnelPeerId peer) => _members.GetValueOrDefault(peer);

    /// <summary>Enters a connection that has proved who it is; returns the one that it takes over from.</summary>
    public MemberConnection? Enter(MemberConnection connection)
    {
        while (true)
        {
            if (_members.TryAdd(connection.Peer, connection)) return null;
            if (_members.TryGetValue(connection.Peer, out var before) && _members.TryUpdate(connection.Peer, connection, before)) return before;
        }
    }

    /// <summary>Removes a connection, and no other one of the same peer.</summary>
    public bool Leave(MemberConnection connection) => _members.TryRemove(KeyValuePair.Create(connection.Peer, connection));
}
