using Causeway.Ipfs.Bitswap.Wire;

namespace Causeway.Ipfs.Bitswap.Client;

/// <content>Who is asked, and what happens with time.</content>
internal sealed partial class SessionCore
{
    // A block that is late by so much is asked of an idle peer, too, if there is nothing else to do.
    private static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(2);
    private const int MaxLatePerTick = 16;
    private const int MaxRecruitsPerTick = 16;
    private static readonly TimeSpan RecruitInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestSearchPause = TimeSpan.FromMinutes(1);

    /// <summary>Asks for what waits, as far as peers are free.</summary>
    public void Assign()
    {
        var skipped = 0;
        for (var node = _ready.First; node is not null && skipped < MaxSkipped;)
        {
            var (want, next) = (node.Value, node.Next);
            var peer = Choose(want, out var isPossible);
            if (peer is not null)
            {
                Unlist(want);
                AskFor(want, peer);
            }
            else if (isPossible)
            {
                skipped++;
                if (!_peers.Keys.Any(static p => p.IsFree)) return;
            }
            else
            {
                Stick(want);
            }

            node = next;
        }
    }

    /// <summary>Looks for what takes too long.</summary>
    public void OnTick(TimeSpan now)
    {
        foreach (var want in _wants.Values.ToArray())
        {
            if (want.Asked is [var oldest, ..] && now - oldest.Since > client.Options.BlockTimeout) Neglected(want, oldest.Peer);
            if (want.Node?.List == _stuck) Unstick(want, now);
        }

        Assign();
        AskAgainForLate(now);
        Recruit(now);
        Search(now);
    }

    private RemotePeer? Choose(SessionWant want, out bool isPossible)
    {
        RemotePeer? best = null;
        var (bestSeconds, bestHas) = (double.MaxValue, false);
        isPossible = false;
        foreach (var (peer, known) in _peers)
        {
            if (want.Excluded.Contains(peer)) continue;
            isPossible = true;
            if (!peer.IsFree) continue;
            var has = want.Haves.Contains(peer);
            var seconds = peer.ExpectedSeconds / Math.Max(0.1, known.HitRate);
            if (best is not null && (bestHas != has ? bestHas : seconds >= bestSeconds)) continue;
            (best, bestSeconds, bestHas) = (peer, seconds, has);
        }

        return best;
    }

    private void AskFor(SessionWant want, RemotePeer peer)
    {
        want.StuckSince = null;
        want.Asked.Add((peer, client.Now));
        client.Ask(peer, want.Cid, WantType.Block);
    }

    // Nobody here has it, as far as we know.
    private void Stick(SessionWant want)
    {
        Unlist(want);
        want.StuckSince ??= client.Now;
        want.RetryAt = client.Now + RetryDelay;
        want.Node = _stuck.AddLast(want);
        Broadcast(want);
    }

    private void Broadcast(SessionWant want)
    {
        if (!want.IsBroadcast && _broadcast >= MaxBroadcast) return;
        var others = client.Connected.Where(peer => !want.Excluded.Contains(peer) && !_dropped.Contains(peer)).ToArray();
        if (others.Length == 0) return;
        if (!want.IsBroadcast) _broadcast++;
        want.IsBroadcast = true;

        // With only one there is nothing to choose from.
        if (others is [var only] && only.IsFree)
        {
            Unlist(want);
            AskFor(want, only);
            return;
        }

        foreach (var peer in others)
        {
            _recruited[peer] = client.Now;
            client.Ask(peer, want.Cid, WantType.Have);
        }
    }

    /// <summary>A peer has come: does it have what nobody else has, or what others are slow with?</summary>
    public void OnPeerConnected(RemotePeer peer)
    {
        _recruited.Remove(peer);
        Recruit(client.Now);
        foreach (var want in _stuck.ToArray())
        {
            want.Excluded.Remove(peer);
            Broadcast(want);
        }
    }

    // Whoever is connected and takes no part is asked from time to time whether it has one of the blocks.
    private void Recruit(TimeSpan now)
    {
        if (_peers.Count >= client.Options.MaxPeersPerSession || _wants.Values.FirstOrDefault(static want => want.Asked.Count > 0) is not { } want) return;
        var asked = 0;
        foreach (var peer in client.Connected)
        {
            if (_peers.ContainsKey(peer) || _dropped.Contains(peer) || (_recruited.TryGetValue(peer, out var last) && now - last < RecruitInterval)) continue;
            _recruited[peer] = now;
            client.Ask(peer, want.Cid, WantType.Have);
            if (++asked == MaxRecruitsPerTick) return;
        }
    }

    private void Unstick(SessionWant want, TimeSpan now)
    {
        if (now - want.StuckSince > client.Options.WantTimeout)
        {
            Remove(want);
            client.Fail(want, new IpfsException(
                IpfsError.BlockNotFound,
                $"No peer that was asked has the block {want.Cid} ({client.Connected.Count} are connected and speak Bitswap). Connect to one that has it, or try again later."));
            return;
        }

        if (now < want.RetryAt) return;
        want.Excluded.Clear();
        var since = want.StuckSince;
        Unlist(want);
        want.Node = _ready.AddLast(want);
        Assign();

        // Being asked again is not an answer: the time goes on.
        if (want.IsLive) want.StuckSince = since;
    }

    private void Neglected(SessionWant want, RemotePeer peer)
    {
        peer.Lacks(want.Cid.Hash);
        want.Haves.Remove(peer);
        want.Excluded.Add(peer);
        Release(want, peer);
    }

    private void AskAgainForLate(TimeSpan now)
    {
        if (_ready.Count > 0 || _peers.Count < 2) return;
        var idle = _peers.Keys.FirstOrDefault(static peer => peer.Outstanding == 0);
        if (idle is null) return;
        foreach (var want in _wants.Values.Where(want => want.Asked is [var only] && now - only.Since > LateAfter && !want.Excluded.Contains(idle)).Take(MaxLatePerTick).ToArray())
            AskFor(want, idle);
    }

    private void Search(TimeSpan now)
    {
        if (_stuck.Count == 0 || now < _nextSearch) return;
        var want = _stuck.First!.Value;
        if (now - want.StuckSince < client.Options.ProviderSearchDelay && client.Connected.Count > 0) return;
        (_nextSearch, _searchPause) = (now + _searchPause, _searchPause * 2 < LongestSearchPause ? _searchPause * 2 : LongestSearchPause);
        client.Search(this, want.Cid);
    }
}
