using System.Diagnostics.CodeAnalysis;
using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Client;

/// <summary>
/// All sessions and all peers: who is told what we want, who gets what came. No I/O and no lock; every call names the time, and afterwards the owner takes
/// <see cref="TakeOutput"/> and does it.
/// </summary>
internal sealed class ClientCore(BitswapOptions options)
{
    // A peer that was away, or that could not be talked to, may still send what it was asked for before.
    private const int MaxRemembered = 16_384;

    private readonly Dictionary<PeerId, RemotePeer> _peers = [];
    private readonly HashSet<RemotePeer> _connected = [];
    private readonly List<SessionCore> _sessions = [];
    private readonly Dictionary<Multihash, List<SessionWant>> _wanted = [];
    private readonly RecentHashes _recent = new(MaxRemembered);
    private ClientOutput _output = new();
    private int _number;
    private int _turn;

    /// <summary>The options.</summary>
    public BitswapOptions Options => options;

    /// <summary>The time of the call that is under way, since some start.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Peers that may be asked.</summary>
    public IReadOnlyCollection<RemotePeer> Connected => _connected;

    /// <summary>Blocks that are wanted.</summary>
    public int WantCount => _wanted.Count;

    /// <summary>The sessions.</summary>
    public IReadOnlyList<SessionCore> Sessions => _sessions;

    public SessionCore CreateSession()
    {
        var session = new SessionCore(this, ++_number);
        _sessions.Add(session);
        return session;
    }

    public void CloseSession(SessionCore session, TimeSpan now)
    {
        Now = now;
        session.Abort(new ObjectDisposedException(nameof(BitswapSession)));
        _sessions.Remove(session);
    }

    public SessionWant Want(SessionCore session, Cid cid, TimeSpan now)
    {
        Now = now;
        return session.Want(cid);
    }

    public void Unwant(SessionWant want, TimeSpan now)
    {
        Now = now;
        want.Session.Unwant(want);
        AssignHungry();
    }

    /// <summary>A peer that speaks the protocol is connected.</summary>
    public void OnConnected(PeerId id, TimeSpan now)
    {
        Now = now;
        var peer = Peer(id);
        if (!_connected.Add(peer)) return;
        peer.IsConnected = true;
        foreach (var session in _sessions) session.OnPeerConnected(peer);
    }

    /// <summary>It is gone, or cannot be asked any more.</summary>
    public void OnDisconnected(PeerId id, TimeSpan now)
    {
        Now = now;
        if (!_peers.Remove(id, out var peer)) return;
        peer.IsConnected = false;
        _connected.Remove(peer);
        foreach (var session in _sessions) session.RemovePeer(peer, dropped: false);
        AssignHungry();
    }

    /// <summary>A session asks this peer from now on; it is connected.</summary>
    /// <returns>False where the session has dropped it, or has enough.</returns>
    public bool AddProvider(SessionCore session, PeerId id, TimeSpan now)
    {
        OnConnected(id, now);
        var added = session.AddPeer(Peer(id));
        session.Assign();
        return added;
    }

    /// <summary>Something arrived from a peer, if only a part of a message.</summary>
    public void OnProgress(PeerId id, TimeSpan now)
    {
        if (_peers.TryGetValue(id, out var peer)) peer.LastProgress = now;
    }

    /// <summary>A peer says what it has and has not.</summary>
    public void OnPresences(PeerId id, IReadOnlyList<BlockPresence> presences, TimeSpan now)
    {
        Now = now;
        if (!_peers.TryGetValue(id, out var peer)) return;
        foreach (var presence in presences)
        {
            if (!peer.Remembers(presence.Cid.Hash)) continue;
            if (presence.Has) peer.Has(presence.Cid.Hash);
            else peer.Lacks(presence.Cid.Hash);
            if (!_wanted.TryGetValue(presence.Cid.Hash, out var wants))
            {
                if (!presence.Has) continue;
                foreach (var session in _sessions) session.OnLateHave(peer);
                continue;
            }

            foreach (var want in wants.ToArray()) want.Session.OnPresence(peer, want, presence.Has);
        }

        AssignHungry();
    }

    /// <summary>Whether somebody waits for a block, and under which CID.</summary>
    public bool IsWanted(Multihash hash, [NotNullWhen(true)] out Cid? cid)
    {
        cid = _wanted.TryGetValue(hash, out var wants) ? wants[0].Cid : null;
        return cid is not null;
    }

    /// <summary>Whether a block may have been asked for at some time, of this peer or of others. Whoever sends such a one has sent it for nothing, and done no wrong.</summary>
    public bool WasAsked(PeerId id, Multihash hash) => _recent.Contains(hash) || (_peers.TryGetValue(id, out var peer) && peer.Remembers(hash));

    /// <summary>A verified block came, and is kept.</summary>
    /// <param name="id">From whom; null where it was put into the store by somebody else.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="now">The time.</param>
    /// <returns>Those who wait for it; the caller completes them.</returns>
    public IReadOnlyList<SessionWant> OnBlock(PeerId? id, Multihash hash, int length, TimeSpan now)
    {
        Now = now;
        var peer = id is { } sender ? _peers.GetValueOrDefault(sender) : null;
        peer?.Delivered(hash, length, now);
        if (!_wanted.TryGetValue(hash, out var wants)) return [];
        var done = wants.ToArray();
        foreach (var want in done) want.Session.OnBlock(want, peer, length);
        return done;
    }

    /// <summary>Whoever waits for a peer to become free is served: after blocks came.</summary>
    public void AssignHungry(TimeSpan now)
    {
        Now = now;
        AssignHungry();
    }

    /// <summary>A peer sent what nobody asked for: no session asks it any more.</summary>
    public void OnWrongBlock(PeerId id, TimeSpan now)
    {
        Now = now;
        if (!_peers.TryGetValue(id, out var peer)) return;
        peer.Abandon();
        foreach (var session in _sessions) session.RemovePeer(peer, dropped: true);
        AssignHungry();
    }

    /// <summary>What a peer was told is lost with its stream.</summary>
    public void TellAgain(PeerId id)
    {
        if (_peers.TryGetValue(id, out var peer)) peer.TellAgain();
    }

    /// <summary>Moves what a peer is to be told into a message.</summary>
    public void TakeChanges(PeerId id, OutgoingMessage message, int max)
    {
        if (_peers.TryGetValue(id, out var peer)) peer.TakeChanges(message, max);
    }

    /// <summary>Whether a peer is to be told something.</summary>
    public bool HasChanges(PeerId id) => _peers.TryGetValue(id, out var peer) && peer.HasChanges;

    /// <summary>Looks for what takes too long; to be called about twice a second.</summary>
    public void OnTick(TimeSpan now)
    {
        Now = now;
        foreach (var peer in _connected.ToArray())
        {
            if (peer.Outstanding == 0 || now - peer.LastProgress <= options.PeerTimeout) continue;
            peer.Stalled();
            peer.LastProgress = now;
            foreach (var session in _sessions) session.OnStalled(peer);
        }

        foreach (var session in _sessions.ToArray()) session.OnTick(now);
    }

    /// <summary>What is to be done since the last call.</summary>
    public ClientOutput TakeOutput()
    {
        var output = _output;
        if (!output.IsEmpty) _output = new ClientOutput();
        return output;
    }

    internal void Register(SessionWant want)
    {
        if (!_wanted.TryGetValue(want.Cid.Hash, out var wants))
        {
            _wanted[want.Cid.Hash] = wants = [];
            BitswapMetrics.Wantlist.Add(1);
        }

        wants.Add(want);
    }

    internal void Unregister(SessionWant want)
    {
        if (!_wanted.TryGetValue(want.Cid.Hash, out var wants) || !wants.Remove(want) || wants.Count > 0) return;
        _wanted.Remove(want.Cid.Hash);
        _recent.Add(want.Cid.Hash);
        BitswapMetrics.Wantlist.Add(-1);
        foreach (var peer in _connected)
        {
            peer.Cancel(want.Cid.Hash);
            if (peer.HasChanges) _output.Told.Add(peer.Id);
        }
    }

    internal void Ask(RemotePeer peer, Cid cid, WantType type)
    {
        peer.Ask(cid, type, Now);
        if (peer.HasChanges) _output.Told.Add(peer.Id);
    }

    internal void Fail(SessionWant want, IpfsException error) => _output.Failed.Add((want, error));

    internal void Search(SessionCore session, Cid cid) => _output.Searches.Add((session, cid));

    private void AssignHungry()
    {
        // Another session begins each time, so that none takes all places that become free.
        for (var i = 0; i < _sessions.Count; i++)
        {
            var session = _sessions[(_turn + i) % _sessions.Count];
            if (session.IsHungry) session.Assign();
        }

        _turn++;
    }

    private RemotePeer Peer(PeerId id)
    {
        if (!_peers.TryGetValue(id, out var peer)) _peers[id] = peer = new RemotePeer(id, options);
        return peer;
    }
}
