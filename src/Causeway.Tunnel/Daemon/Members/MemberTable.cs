using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Causeway.Tunnel.Daemon.Routing;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Peers;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Switching;

namespace Causeway.Tunnel.Daemon.Members;

/// <summary>The other members: what the roster says of them, brought together with their sessions and their places at the switch. Found without a lock.</summary>
internal sealed class MemberTable(LearningSwitch<Member> segment, RouteTable routes)
{
    // The first 5 are the same for all.
    private const int ShownIdLength = 12;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<TunnelPeerId, Member> _members = new();
    private readonly Dictionary<TunnelPeerId, PeerSession> _sessions = [];

    public IEnumerable<Member> All => _members.Values;

    public bool TryFind(TunnelPeerId peer, [NotNullWhen(true)] out Member? member) => _members.TryGetValue(peer, out member);

    /// <summary>A peer for people: its name in the network if it has one, and the beginning of its ID, by which commands know it.</summary>
    public string Describe(TunnelPeerId peer)
    {
        var id = peer.ToString()[..ShownIdLength];
        return _members.TryGetValue(peer, out var member) && member.Entry is { } entry ? $"{entry.Name} ({id}…)" : $"{id}…";
    }

    /// <summary>The roster has changed. Returns whom it has besides.</summary>
    public IReadOnlyList<TunnelPeerId> Update(Roster roster, TunnelPeerId self)
    {
        List<TunnelPeerId> added = [];
        lock (_lock)
        {
            foreach (var (peer, member) in _members)
            {
                if (roster.Find(peer) is null || roster.Find(self) is null) Remove(member);
            }

            if (roster.Find(self) is null) return [];
            foreach (var entry in roster.Members)
            {
                if (entry.PeerId == self) continue;
                if (!_members.TryGetValue(entry.PeerId, out var member))
                {
                    member = new Member(entry.PeerId, routes.Keep(entry.PeerId)) { Session = _sessions.GetValueOrDefault(entry.PeerId) };
                    _members[entry.PeerId] = member;
                    added.Add(entry.PeerId);
                }

                member.Entry = entry;
                GivePort(member, entry, roster);
            }
        }

        return added;
    }

    /// <summary>There is a session with a peer, member or guest; or another one in its place.</summary>
    public void SessionUp(TunnelPeerId peer, PeerSession session)
    {
        lock (_lock)
        {
            _sessions[peer] = session;
            if (!_members.TryGetValue(peer, out var member)) return;
            member.Session = session;
            if (member.Port is { } port) segment.Connect(port);
        }
    }

    /// <summary>There is none any more.</summary>
    public void SessionDown(TunnelPeerId peer)
    {
        lock (_lock)
        {
            _sessions.Remove(peer);
            if (!_members.TryGetValue(peer, out var member)) return;
            member.Session = null;
            if (member.Port is { } port) segment.Disconnect(port);
        }
    }

    /// <summary>The session with a peer, member or guest.</summary>
    public PeerSession? FindSession(TunnelPeerId peer)
    {
        lock (_lock) return _sessions.GetValueOrDefault(peer);
    }

    private void GivePort(Member member, RosterMember entry, Roster roster)
    {
        // Of two with one address, which honest administrators do not let in, the one with the lower peer ID has it.
        if (roster.Find(entry.Mac)?.PeerId != member.Id)
        {
            if (member.Port is { } lost) segment.Remove(lost);
            member.Port = null;
            return;
        }

        if (member.Port is not null) return;
        member.Port = segment.TryAdd(entry.Mac, member);
        if (member is { Port: { } port, Session: not null }) segment.Connect(port);
    }

    private void Remove(Member member)
    {
        if (member.Port is { } port) segment.Remove(port);
        member.Port = null;
        member.Session = null;
        _members.TryRemove(member.Id, out _);
        routes.Forget(member.Id);
    }
}
