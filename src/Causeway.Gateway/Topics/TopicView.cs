using Causeway.Multiformats;

namespace Causeway.Gateway.Topics;

/// <summary>
/// Who is in one topic, without I/O: the directory of this process and GossipSub's view, made one. For peers of this process only the directory counts, since
/// it hears first; GossipSub's view of a peer that just left the process is out of date until GossipSub says that it left, too. Not thread-safe.
/// </summary>
internal sealed class TopicView(PeerId self, Func<PeerId, bool> isLocal, Action<PeerId, bool> changed)
{
    private readonly HashSet<PeerId> _local = [];
    private readonly HashSet<PeerId> _gossip = [];
    private readonly HashSet<PeerId> _outdated = [];
    private readonly HashSet<PeerId> _present = [];
    private List<(PeerId Peer, bool Joined)>? _early = [];

    /// <summary>Everyone but ourselves.</summary>
    public IReadOnlyCollection<PeerId> Present => _present;

    /// <summary>The directory says that a peer of this process joined or left.</summary>
    public void OnLocal(PeerId peer, bool joined)
    {
        if (joined)
        {
            _local.Add(peer);
            _outdated.Remove(peer);
        }
        else
        {
            _local.Remove(peer);

            // Only what GossipSub knows can be out of date, and it will say when it is no more.
            if (_early is not null || _gossip.Contains(peer)) _outdated.Add(peer);
        }

        Update(peer);
    }

    /// <summary>GossipSub says that a connected peer joined or left. What comes before <see cref="Begin"/> is applied by it.</summary>
    public void OnGossip(PeerId peer, bool joined)
    {
        if (_early is not null)
        {
            _early.Add((peer, joined));
            return;
        }

        if (joined)
        {
            _gossip.Add(peer);
        }
        else
        {
            _gossip.Remove(peer);
            _outdated.Remove(peer);
        }

        Update(peer);
    }

    /// <summary>Starts from GossipSub's list, taken after its events were listened to, and what happened since.</summary>
    public void Begin(IEnumerable<PeerId> gossip)
    {
        var early = _early ?? [];
        _early = null;
        foreach (var peer in gossip) OnGossip(peer, true);
        foreach (var (peer, joined) in early) OnGossip(peer, joined);
        _outdated.IntersectWith(_gossip);
    }

    private void Update(PeerId peer)
    {
        if (peer.Equals(self)) return;
        var isPresent = _local.Contains(peer) || (_gossip.Contains(peer) && !isLocal(peer) && !_outdated.Contains(peer));
        if (isPresent ? _present.Add(peer) : _present.Remove(peer)) changed(peer, isPresent);
    }
}
