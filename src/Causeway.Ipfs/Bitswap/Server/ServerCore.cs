using Causeway.Ipfs.Bitswap.Wire;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap.Server;

/// <summary>
/// What others want of us: a bounded list for each, answered in the order of its priorities, and kept for blocks that are not here until they come. Which peer
/// has its turn is the driver's business, and so is the store. No I/O; the owner's lock is held.
/// </summary>
internal sealed class ServerCore(BitswapOptions options)
{
    private readonly Dictionary<PeerId, PeerLedger> _ledgers = [];
    private readonly Dictionary<Multihash, List<ServedWant>> _wanted = [];

    /// <summary>Wants of all peers.</summary>
    public int WantCount { get; private set; }

    /// <summary>The ledger of a peer; made where there is none.</summary>
    public PeerLedger Ledger(PeerId peer)
    {
        if (!_ledgers.TryGetValue(peer, out var ledger)) _ledgers[peer] = ledger = new PeerLedger(peer);
        return ledger;
    }

    /// <summary>The ledger of a peer; null where there is none.</summary>
    public PeerLedger? Find(PeerId peer) => _ledgers.GetValueOrDefault(peer);

    /// <summary>A peer has told its wants.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="wants">New, changed and cancelled ones.</param>
    /// <param name="isFull">Whether there are no others.</param>
    /// <param name="refused">Gets those that there is no room for, this peer's and others', and that want to hear so.</param>
    public void OnWants(PeerId peer, IReadOnlyList<WantEntry> wants, bool isFull, List<(PeerId Peer, Cid Cid)> refused)
    {
        var ledger = Ledger(peer);
        if (isFull)
        {
            var kept = wants.Where(static entry => !entry.IsCancel).Select(static entry => entry.Cid.Hash).ToHashSet();
            foreach (var want in ledger.Wants.Values.Where(want => !kept.Contains(want.Cid.Hash)).ToArray()) Forget(want);
        }

        foreach (var entry in wants)
        {
            if (ledger.Wants.TryGetValue(entry.Cid.Hash, out var want))
            {
                if (entry.IsCancel) Forget(want);
                else Change(want, entry);
            }
            else if (!entry.IsCancel && !TryAdd(ledger, entry, refused) && entry.SendDontHave)
            {
                refused.Add((peer, entry.Cid));
            }
        }
    }

    /// <summary>The next want of a peer; null where none has its turn.</summary>
    public TakenWant? Take(PeerId peer) => Find(peer)?.Take() is { } want ? new TakenWant(want, want.Type == WantType.Block) : null;

    /// <summary>A want was answered with what it asks for; it is done, unless more is asked for by now.</summary>
    public void OnAnswered(TakenWant taken)
    {
        var want = taken.Want;
        if (want.State != ServedState.Taken) return;
        if (want.Type == WantType.Block && !taken.WantsBlock) Requeue(want);
        else Forget(want);
    }

    /// <summary>A want's block is not here: the want waits for it.</summary>
    /// <returns>Whether the peer is to hear so.</returns>
    public static bool OnAbsent(TakenWant taken)
    {
        var want = taken.Want;
        if (want.State != ServedState.Taken) return false;
        if (want.IsStale)
        {
            Requeue(want);
            return false;
        }

        want.Ledger.Wait(want);
        if (!want.SendDontHave || want.IsDenied) return false;
        want.IsDenied = true;
        return true;
    }

    /// <summary>The answer did not get through: the want is answered again.</summary>
    public void OnLost(TakenWant taken)
    {
        var want = taken.Want;
        if (Find(want.Ledger.Peer) != want.Ledger || want.Ledger.Wants.TryGetValue(want.Cid.Hash, out var other) && other != want) return;
        want.IsDenied = false;
        if (other is null) Add(want);
        want.Ledger.Enqueue(want, priority: 1);
    }

    /// <summary>Blocks are here now. Returns the peers that wait for one.</summary>
    public IReadOnlyCollection<PeerId> OnBlocks(IEnumerable<Multihash> hashes)
    {
        HashSet<PeerId>? peers = null;
        foreach (var hash in hashes)
        {
            if (!_wanted.TryGetValue(hash, out var wants)) continue;
            foreach (var want in wants)
            {
                want.IsStale = true;
                if (want.State == ServedState.Waiting) Requeue(want);
                (peers ??= []).Add(want.Ledger.Peer);
            }
        }

        return peers ?? [];
    }

    /// <summary>A peer is gone, with all it wanted.</summary>
    public void Remove(PeerId peer)
    {
        if (!_ledgers.Remove(peer, out var ledger)) return;
        foreach (var want in ledger.Wants.Values.ToArray()) Forget(want);
    }

    private bool TryAdd(PeerLedger ledger, WantEntry entry, List<(PeerId Peer, Cid Cid)> refused)
    {
        if (ledger.Wants.Count >= options.MaxWantsPerPeer)
        {
            if (!TryDropWaiting(ledger)) return false;
        }
        else if (WantCount >= options.MaxWants && !TryMakeRoom(ledger, refused))
        {
            return false;
        }

        var want = new ServedWant(ledger, entry.Cid) { Type = entry.Type, SendDontHave = entry.SendDontHave };
        Add(want);
        ledger.Enqueue(want, entry.Priority);
        return true;
    }

    // Whoever has the most gives way to whoever has less: many peers that fill the list together do not keep another out.
    private bool TryMakeRoom(PeerLedger ledger, List<(PeerId Peer, Cid Cid)> refused)
    {
        var patient = _ledgers.Values.MaxBy(static other => other.Waiting)!;
        if (patient.Wants.Count > ledger.Wants.Count && TryDropWaiting(patient)) return true;
        if (TryDropWaiting(ledger)) return true;
        var greedy = _ledgers.Values.MaxBy(static other => other.Queued)!;
        if (greedy.Queued <= ledger.Wants.Count + 1) return false;
        var last = greedy.Wants.Values.Last(static want => want.State == ServedState.Queued);
        Forget(last);
        if (last.SendDontHave) refused.Add((greedy.Peer, last.Cid));
        return true;
    }

    // What is not here anyway makes room; the peer has heard that where it wanted to.
    private bool TryDropWaiting(PeerLedger ledger)
    {
        if (ledger.Waiting == 0) return false;
        Forget(ledger.Wants.Values.First(static want => want.State == ServedState.Waiting));
        return true;
    }

    private void Add(ServedWant want)
    {
        want.Ledger.Wants[want.Cid.Hash] = want;
        if (!_wanted.TryGetValue(want.Cid.Hash, out var wants)) _wanted[want.Cid.Hash] = wants = [];
        wants.Add(want);
        WantCount++;
        BitswapMetrics.PendingTasks.Add(1);
    }

    // Asked again, or for more. Who asks again has not got the answer, or did not like it.
    private static void Change(ServedWant want, WantEntry entry)
    {
        if (entry.Type == WantType.Block) want.Type = WantType.Block;
        want.SendDontHave |= entry.SendDontHave;
        want.IsDenied = false;
        if (want.State == ServedState.Taken) want.IsStale = true;
        else want.Ledger.Enqueue(want, entry.Priority);
    }

    private static void Requeue(ServedWant want) => want.Ledger.Enqueue(want, priority: 1);

    private void Forget(ServedWant want)
    {
        if (!want.Ledger.Wants.ContainsKey(want.Cid.Hash)) return;
        want.Ledger.Forget(want);
        want.State = ServedState.Waiting;
        WantCount--;
        BitswapMetrics.PendingTasks.Add(-1);
        if (!_wanted.TryGetValue(want.Cid.Hash, out var wants)) return;
        wants.Remove(want);
        if (wants.Count == 0) _wanted.Remove(want.Cid.Hash);
    }
}
