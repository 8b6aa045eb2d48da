using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Client;

/// <summary>
/// Which block is asked of whom, for blocks that belong together. Peers that have one of them are taken to have others: they are asked for blocks at once, as many as
/// they deliver in time, each block of one peer. Only where none of them has a block are all connected peers asked, and the DHT. No I/O; the owner's lock is held.
/// </summary>
internal sealed partial class SessionCore(ClientCore client, int number)
{
    // How many waiting wants are looked at past one that no free peer can have.
    private const int MaxSkipped = 64;

    // Wants that all connected peers are asked about at once (boxo's broadcastLiveWantsLimit).
    private const int MaxBroadcast = 64;

    // Whoever had not got a block is asked again after this; above the 5 s for which Helia does not repeat itself.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Multihash, SessionWant> _wants = [];
    private readonly Dictionary<RemotePeer, SessionPeer> _peers = [];
    private readonly HashSet<RemotePeer> _dropped = [];
    private readonly Dictionary<RemotePeer, TimeSpan> _recruited = [];
    private readonly LinkedList<SessionWant> _ready = [];
    private readonly LinkedList<SessionWant> _stuck = [];
    private int _broadcast;
    private bool _isClosed;

    /// <summary>For logs.</summary>
    public int Number => number;

    /// <summary>What is wanted now.</summary>
    public int WantCount => _wants.Count;

    /// <summary>Peers that take part.</summary>
    public IReadOnlyCollection<RemotePeer> Peers => _peers.Keys;

    /// <summary>Blocks that came for it from peers, and their bytes.</summary>
    public (long Blocks, long Bytes) Received { get; private set; }

    /// <summary>Whether wants wait for a peer to become free.</summary>
    public bool IsHungry => _ready.Count > 0;

    // When providers may be searched for again, and how long that waits the next time.
    private TimeSpan _nextSearch;
    private TimeSpan _searchPause = TimeSpan.FromSeconds(5);

    /// <summary>Wants a block.</summary>
    /// <exception cref="ObjectDisposedException">Nothing is fetched any more: it was closed while somebody looked into the store.</exception>
    public SessionWant Want(Cid cid)
    {
        ObjectDisposedException.ThrowIf(_isClosed, typeof(BitswapSession));
        if (!_wants.TryGetValue(cid.Hash, out var want))
        {
            _wants[cid.Hash] = want = new SessionWant(this, cid);
            client.Register(want);
            want.Node = _ready.AddLast(want);
        }

        want.Waiters++;
        Assign();
        return want;
    }

    /// <summary>One waits for it no longer.</summary>
    public void Unwant(SessionWant want)
    {
        if (--want.Waiters <= 0 && want.IsLive) Remove(want);
    }

    /// <summary>A peer takes part from now on, because it has one of the blocks or was named.</summary>
    public bool AddPeer(RemotePeer peer)
    {
        if (!peer.IsConnected || _dropped.Contains(peer)) return false;
        if (_peers.ContainsKey(peer)) return true;
        if (_peers.Count >= client.Options.MaxPeersPerSession) return false;
        _peers[peer] = new SessionPeer();
        ReviveStuck();
        return true;
    }

    /// <summary>A peer is gone, or is not to be asked any more; for good where it <paramref name="dropped"/> out.</summary>
    public void RemovePeer(RemotePeer peer, bool dropped)
    {
        if (dropped) _dropped.Add(peer);
        _peers.Remove(peer);
        _recruited.Remove(peer);
        foreach (var want in _wants.Values)
        {
            want.Haves.Remove(peer);
            want.Excluded.Remove(peer);
            Release(want, peer);
        }
    }

    public void OnPresence(RemotePeer peer, SessionWant want, bool has)
    {
        if (has)
        {
            if (!AddPeer(peer)) return;
            want.Haves.Add(peer);
            want.Excluded.Remove(peer);
            Revive(want);
            return;
        }

        want.Haves.Remove(peer);
        want.Excluded.Add(peer);
        if (_peers.TryGetValue(peer, out var known)) known.Miss();
        if (Release(want, peer)) Probe(want);
    }

    /// <summary>A peer says that it has a block which came from another one meanwhile: it may have those that are wanted now.</summary>
    public void OnLateHave(RemotePeer peer)
    {
        if (_recruited.ContainsKey(peer)) AddPeer(peer);
    }

    /// <summary>The block came.</summary>
    /// <param name="want">Which.</param>
    /// <param name="peer">Who sent it; null where it came into the store by itself.</param>
    /// <param name="length">Its length in bytes.</param>
    public void OnBlock(SessionWant want, RemotePeer? peer, int length)
    {
        Remove(want);
        if (peer is null) return;
        Received = (Received.Blocks + 1, Received.Bytes + length);
        if (AddPeer(peer)) _peers[peer].Hit();
    }

    /// <summary>A peer owed blocks and sent nothing for too long.</summary>
    public void OnStalled(RemotePeer peer)
    {
        var owed = false;
        foreach (var want in _wants.Values)
        {
            if (!want.Asked.Exists(asked => asked.Peer == peer)) continue;
            owed = true;
            want.Haves.Remove(peer);
            want.Excluded.Add(peer);
            Release(want, peer);
        }

        if (owed && _peers.TryGetValue(peer, out var known) && known.Strike()) RemovePeer(peer, dropped: true);
    }

    /// <summary>Nothing can be fetched any more.</summary>
    public void Abort(Exception error)
    {
        _isClosed = true;
        foreach (var want in _wants.Values.ToArray())
        {
            Remove(want);
            want.Fail(error);
        }

        _peers.Clear();
    }

    private void Remove(SessionWant want)
    {
        want.IsLive = false;
        _wants.Remove(want.Cid.Hash);
        Unlist(want);
        if (want.IsBroadcast) _broadcast--;
        client.Unregister(want);
    }

    // A peer does not owe the block any more. True where nobody else does, either.
    private bool Release(SessionWant want, RemotePeer peer)
    {
        if (want.Asked.RemoveAll(asked => asked.Peer == peer) == 0 || want.Asked.Count > 0) return false;
        Unlist(want);
        want.Node = _ready.AddFirst(want);
        return true;
    }

    private void Revive(SessionWant want)
    {
        want.StuckSince = null;
        if (want.Node?.List != _stuck) return;
        Unlist(want);
        want.Node = _ready.AddFirst(want);
    }

    private void ReviveStuck()
    {
        while (_stuck.Last is { } last) Revive(last.Value);
    }

    private static void Unlist(SessionWant want)
    {
        if (want.Node is { List: { } list } node) list.Remove(node);
        want.Node = null;
    }

    // Who may have what another one had not: the others of the session are asked before it is their turn.
    private void Probe(SessionWant want)
    {
        foreach (var peer in _peers.Keys)
            if (!want.Excluded.Contains(peer) && !want.Haves.Contains(peer)) client.Ask(peer, want.Cid, WantType.Have);
    }
}
