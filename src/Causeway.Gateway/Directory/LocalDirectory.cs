using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Causeway.Multiformats;

namespace Causeway.Gateway.Directory;

/// <summary>
/// The peers of this process and their topics: how tabs find each other at once, without the network. A peer is first a member of a topic, which others may
/// connect to, and is announced when it can receive: who hears of it may publish at once.
/// </summary>
internal sealed class LocalDirectory
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<PeerId, LocalPeer> _peers = new();
    private readonly Dictionary<string, Dictionary<LocalPeer, bool>> _topics = [];

    /// <summary>How many peers are here.</summary>
    public int Count => _peers.Count;

    /// <summary>Whether a peer lives in this process.</summary>
    public bool IsLocal(PeerId peer) => _peers.ContainsKey(peer);

    /// <summary>The peer, when it lives in this process.</summary>
    public bool TryFind(PeerId peer, [NotNullWhen(true)] out LocalPeer? found) => _peers.TryGetValue(peer, out found);

    /// <summary>A peer is up. One that has the same identity is replaced.</summary>
    public void Add(LocalPeer peer) => _peers[peer.Id] = peer;

    /// <summary>A peer goes: it leaves its topics and is not found any more. Gives the topics.</summary>
    public IReadOnlyList<string> Remove(LocalPeer peer)
    {
        string[] topics;
        lock (_lock) topics = [.. _topics.Where(t => t.Value.ContainsKey(peer)).Select(t => t.Key)];
        foreach (var topic in topics) Leave(topic, peer);
        _peers.TryRemove(new(peer.Id, peer));
        return topics;
    }

    /// <summary>Joins a topic, not yet announced. Its observer hears of everyone who is announced, and of every change from here on.</summary>
    public void Join(string topic, LocalPeer peer)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(topic, out var members)) _topics[topic] = members = [];
            if (!members.TryAdd(peer, false)) return;
            foreach (var (other, announced) in members)
            {
                if (announced) peer.Observer(topic, other.Id, true);
            }
        }
    }

    /// <summary>The peer can receive: the topic's other members hear of it.</summary>
    public void Announce(string topic, LocalPeer peer)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(topic, out var members) || !members.TryGetValue(peer, out var announced) || announced) return;
            members[peer] = true;
            Tell(members, topic, peer, joined: true);
        }
    }

    /// <summary>Leaves a topic.</summary>
    public void Leave(string topic, LocalPeer peer)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(topic, out var members) || !members.Remove(peer, out var announced)) return;
            if (members.Count == 0) _topics.Remove(topic);
            if (announced) Tell(members, topic, peer, joined: false);
        }
    }

    /// <summary>The members of a topic, announced or not, without <paramref name="except"/>.</summary>
    public IReadOnlyList<LocalPeer> MembersOf(string topic, LocalPeer? except = null)
    {
        lock (_lock) return _topics.TryGetValue(topic, out var members) ? [.. members.Keys.Where(m => m != except)] : [];
    }

    /// <summary>The announced members of a topic.</summary>
    public IReadOnlyList<PeerId> AnnouncedIn(string topic)
    {
        lock (_lock) return _topics.TryGetValue(topic, out var members) ? [.. members.Where(m => m.Value).Select(m => m.Key.Id)] : [];
    }

    // Under the lock, so that every observer hears of changes in their order. Observers only queue.
    private static void Tell(Dictionary<LocalPeer, bool> members, string topic, LocalPeer changed, bool joined)
    {
        foreach (var member in members.Keys)
        {
            if (member != changed) member.Observer(topic, changed.Id, joined);
        }
    }
}
