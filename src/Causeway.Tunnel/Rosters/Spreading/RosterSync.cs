using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Protocol.Sessions.Frames;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Rosters.Spreading;

/// <summary>
/// Brings the logs of connected members together (tunnel protocol §5.3), without I/O. Safe to use from several threads; signatures are checked on the
/// caller's, outside of the lock.
/// </summary>
public sealed class RosterSync
{
    // What a request costs at least: looking through the log.
    private const int RequestCost = 8192;

    // So many new entries at once are passed on as they are; more are a history that others have or will ask for.
    private const int PassedOn = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<TunnelPeerId, SyncPeer> _peers = [];
    private readonly Dictionary<RosterEntryId, (TunnelPeerId Peer, TimeSpan Until)> _asked = [];
    private readonly Dictionary<TunnelPeerId, TimeSpan> _penalties = [];

    // Who let a request pass without an answer. It may withhold a removal on purpose, so it is asked only for what nobody else offers.
    private readonly Dictionary<TunnelPeerId, TimeSpan> _silent = [];
    private readonly RosterLog _log;
    private readonly IRosterSyncSink _sink;
    private readonly TimeProvider _time;
    private readonly RosterSyncOptions _options;
    private readonly long _start;
    private int _turn;

    /// <summary>Nobody is connected yet.</summary>
    public RosterSync(RosterLog log, IRosterSyncSink sink, TimeProvider time, RosterSyncOptions? options = null)
    {
        (_log, _sink, _time, _options) = (log, sink, time, options ?? new RosterSyncOptions());
        _start = time.GetTimestamp();
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>There is a session with a member.</summary>
    public void Connected(TunnelPeerId peer)
    {
        lock (_lock)
        {
            if (!_peers.TryAdd(peer, new SyncPeer(peer, _options.ServedPerSecond) { ServedAt = Now })) return;
        }

        SendHeads(peer, isCalledFor: false);
    }

    /// <summary>There is no session with a member any more. Connecting again sheds no penalty.</summary>
    public void Disconnected(TunnelPeerId peer)
    {
        lock (_lock)
        {
            _peers.Remove(peer);
            foreach (var id in _asked.Where(a => a.Value.Peer == peer).Select(a => a.Key).ToArray()) _asked.Remove(id);
        }
    }

    /// <summary>Asks again for what did not come. To be called about once a second while somebody is connected.</summary>
    public void OnTime()
    {
        (TunnelPeerId Peer, RosterEntryId[] Heads)[] peers;
        lock (_lock)
        {
            var now = Now;
            foreach (var peer in _penalties.Where(p => p.Value <= now).Select(p => p.Key).ToArray()) _penalties.Remove(peer);
            foreach (var peer in _silent.Where(p => p.Value <= now).Select(p => p.Key).ToArray()) _silent.Remove(peer);
            foreach (var id in _asked.Where(a => a.Value.Until <= now).Select(a => a.Key).ToArray()) Expire(id, now);
            peers = [.. _peers.Values.Where(p => !_penalties.ContainsKey(p.Id)).Select(p => (p.Id, p.Heads))];
        }

        foreach (var (peer, heads) in peers) Ask(peer, heads.Where(h => !_log.Contains(h)));
    }

    /// <summary>A heartbeat told the digest of a member's heads.</summary>
    public void OnDigest(TunnelPeerId peer, ReadOnlySpan<byte> digest)
    {
        if (!digest.SequenceEqual(_log.Current.Digest.Span)) SendHeads(peer, isCalledFor: false);
    }

    /// <summary>A message came from a member. Kinds that are none of ROSTER_HEADS, ROSTER_WANT and ROSTER_ENTRIES are not for this.</summary>
    public void OnMessage(TunnelPeerId peer, FrameKind kind, ReadOnlySpan<byte> body)
    {
        lock (_lock)
        {
            if (!_peers.ContainsKey(peer) || IsPenalized(peer)) return;
        }

        switch (kind)
        {
            case FrameKind.RosterHeads when RosterMessages.TryReadHeads(body, out var heads):
                OnHeads(peer, heads);
                break;
            case FrameKind.RosterWant when RosterMessages.TryReadWant(body, out var wanted):
                OnWant(peer, wanted);
                break;
            case FrameKind.RosterEntries when RosterMessages.TryReadEntries(body, out var entries):
                OnEntries(peer, entries);
                break;
            default:
                Penalize(peer, "a malformed roster message");
                break;
        }
    }

    /// <summary>Entries that this member wrote: to everybody at once.</summary>
    public void Announce(IReadOnlyList<RosterEntry> entries) => Spread(entries, from: null);

    /// <summary>A newcomer has become a member: it gets the beginning of the history at once, and asks for the rest.</summary>
    public void Welcome(TunnelPeerId peer)
    {
        lock (_lock)
        {
            if (!_peers.ContainsKey(peer)) _peers.Add(peer, new SyncPeer(peer, _options.ServedPerSecond) { ServedAt = Now });
        }

        OnWant(peer, [.. _log.Current.Heads]);
        SendHeads(peer, isCalledFor: true);
    }

    private bool IsPenalized(TunnelPeerId peer) => _penalties.TryGetValue(peer, out var end) && end > Now;

    private void OnHeads(TunnelPeerId peer, RosterEntryId[] heads)
    {
        lock (_lock)
        {
            if (!_peers.TryGetValue(peer, out var state)) return;
            state.Heads = heads;
        }

        var missing = Array.FindAll(heads, h => !_log.Contains(h));
        Ask(peer, missing);
        if (missing.Length == 0 && !_log.Current.Heads.SequenceEqual(heads)) SendHeads(peer, isCalledFor: false);
    }

    private void Ask(TunnelPeerId peer, IEnumerable<RosterEntryId> ids)
    {
        List<RosterEntryId> wanted = [];
        lock (_lock)
        {
            var now = Now;
            if (!_peers.TryGetValue(peer, out var state)) return;
            foreach (var id in ids)
            {
                if (wanted.Count == RosterMessages.MaximumWanted || state.Asked >= _options.Asked) break;
                if (_asked.TryGetValue(id, out var asked))
                {
                    if (asked.Until > now) continue;
                    Expire(id, now);
                }

                if (_silent.ContainsKey(peer) && IsOfferedBySomebodyElse(id, peer)) continue;
                _asked.Add(id, (peer, now + _options.AnswerTime));
                state.Asked++;
                wanted.Add(id);
            }
        }

        if (wanted.Count == 0) return;

        // What we have tells the other side what to leave out.
        SendHeads(peer, isCalledFor: true);
        _sink.Send(peer, FrameKind.RosterWant, RosterMessages.WriteIds(wanted));
    }

    private void Expire(RosterEntryId id, TimeSpan now)
    {
        var peer = _asked[id].Peer;
        Forget(id);
        if (!_log.Contains(id)) _silent[peer] = now + _options.Silence;
    }

    private void Forget(RosterEntryId id)
    {
        if (_asked.Remove(id, out var asked) && _peers.TryGetValue(asked.Peer, out var state)) state.Asked--;
    }

    private bool IsOfferedBySomebodyElse(RosterEntryId id, TunnelPeerId peer) =>
        _peers.Values.Any(p => p.Id != peer && !_silent.ContainsKey(p.Id) && !IsPenalized(p.Id) && Array.IndexOf(p.Heads, id) >= 0);

    private void OnWant(TunnelPeerId peer, RosterEntryId[] wanted)
    {
        RosterEntryId[] known;
        lock (_lock)
        {
            if (!_peers.TryGetValue(peer, out var state)) return;
            var now = Now;
            state.Served = Math.Min(_options.ServedPerSecond, state.Served + ((now - state.ServedAt).TotalSeconds * _options.ServedPerSecond));
            state.ServedAt = now;
            if (state.Served < RequestCost) return;
            state.Served -= RequestCost;
            known = state.Heads;
        }

        var size = 0;
        var answer = _log.Missing(wanted, known).TakeWhile(e => (size += e.Bytes.Length) <= _options.AnswerSize).ToList();
        foreach (var body in RosterMessages.WriteEntries(answer)) _sink.Send(peer, FrameKind.RosterEntries, body);
        lock (_lock)
        {
            if (_peers.TryGetValue(peer, out var state)) state.Served -= size;
        }

        // Cut short: these heads make the other side ask for the rest.
        if (size > _options.AnswerSize) SendHeads(peer, isCalledFor: true);
    }

    private void OnEntries(TunnelPeerId peer, List<RosterEntry> entries)
    {
        List<RosterEntry> added = [];
        HashSet<RosterEntryId> missing = [];
        var queue = new Queue<(TunnelPeerId From, RosterEntry Entry)>(entries.Select(e => (peer, e)));
        while (queue.TryDequeue(out var next))
        {
            var (from, entry) = next;
            switch (_log.Add(entry))
            {
                case RosterAddResult.Added:
                    added.Add(entry);
                    foreach (var orphan in TakeOrphans(entry.Id)) queue.Enqueue(orphan);
                    break;
                case RosterAddResult.ParentsMissing:
                    KeepOrphan(from, entry);
                    missing.UnionWith(entry.Header.Parents.Where(p => !_log.Contains(p)));
                    break;
                case RosterAddResult.Invalid:
                    Penalize(from, "a roster entry that its author did not sign, or that cannot be");
                    queue = new(queue.Where(q => q.From != from));
                    break;
            }
        }

        lock (_lock)
        {
            // What came may be asked for again where it was cut short.
            foreach (var entry in entries) Forget(entry.Id);
            if (added.Count > 0 && _peers.TryGetValue(peer, out var state))
            {
                foreach (var head in state.Heads) Forget(head);
                _silent.Remove(peer);
            }

            missing.RemoveWhere(id => _peers.TryGetValue(peer, out var s) && s.Orphans.ContainsKey(id));
        }

        if (added.Count > 0) Spread(added, peer);
        lock (_lock)
        {
            if (IsPenalized(peer)) return;
        }

        Ask(peer, missing);
    }

    private void Spread(IReadOnlyList<RosterEntry> entries, TunnelPeerId? from)
    {
        _sink.Changed(_log.Current);
        TunnelPeerId[] others;
        lock (_lock) others = [.. _peers.Keys.Where(p => p != from && !IsPenalized(p))];
        var bodies = entries.Count <= PassedOn ? RosterMessages.WriteEntries(entries).ToArray() : [];
        foreach (var peer in others)
        {
            if (entries.Count > PassedOn) SendHeads(peer, isCalledFor: false);
            foreach (var body in bodies) _sink.Send(peer, FrameKind.RosterEntries, body);
        }
    }

    private void SendHeads(TunnelPeerId peer, bool isCalledFor)
    {
        var heads = _log.Current.Heads;
        lock (_lock)
        {
            var now = Now;
            if (!_peers.TryGetValue(peer, out var state) || IsPenalized(peer)) return;
            if (!isCalledFor && state.HeadsSent is { } sent && now - sent < _options.HeadsInterval) return;
            state.HeadsSent = now;

            // More heads than fit take turns.
            if (heads.Count > RosterLimits.Parents) heads = [.. Enumerable.Range(_turn++ * RosterLimits.Parents, RosterLimits.Parents).Select(i => heads[i % heads.Count]).Distinct()];
        }

        _sink.Send(peer, FrameKind.RosterHeads, RosterMessages.WriteIds(heads));
    }

    private void KeepOrphan(TunnelPeerId peer, RosterEntry entry)
    {
        lock (_lock)
        {
            if (_peers.TryGetValue(peer, out var state) && state.Orphans.Count < _options.Orphans) state.Orphans.TryAdd(entry.Id, entry);
        }
    }

    private List<(TunnelPeerId From, RosterEntry Entry)> TakeOrphans(RosterEntryId parent)
    {
        List<(TunnelPeerId From, RosterEntry Entry)> taken = [];
        lock (_lock)
        {
            foreach (var state in _peers.Values)
            {
                foreach (var orphan in state.Orphans.Values.Where(o => o.Header.Parents.Contains(parent)).ToArray())
                {
                    state.Orphans.Remove(orphan.Id);
                    taken.Add((state.Id, orphan));
                }
            }
        }

        return taken;
    }

    private void Penalize(TunnelPeerId peer, string what)
    {
        lock (_lock)
        {
            if (IsPenalized(peer)) return;
            _penalties[peer] = Now + _options.Penalty;
            foreach (var id in _asked.Where(a => a.Value.Peer == peer).Select(a => a.Key).ToArray()) Forget(id);
            if (_peers.TryGetValue(peer, out var state)) state.Orphans.Clear();
        }

        _sink.Misbehaved(peer, what);
    }
}
