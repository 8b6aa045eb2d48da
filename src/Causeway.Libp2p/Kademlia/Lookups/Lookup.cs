using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Kademlia.Lookups;

/// <summary>
/// An iterative search for the peers closest to a key (kad-dht spec, "Peer routing"; disjoint paths as in S/Kademlia): who to ask next, what an
/// answer changes, when it is over. Does no I/O and has no clock; not thread-safe.
/// </summary>
internal sealed class Lookup
{
    private readonly KademliaKey _target;
    private readonly PeerId _self;
    private readonly LookupOptions _options;
    private readonly List<LookupCandidate> _candidates = [];
    private readonly Dictionary<PeerId, LookupCandidate> _known = [];
    private readonly bool[] _converged;
    private bool _stopped;
    private int _waiting;

    /// <summary>Begins with the peers that we know, closest or not.</summary>
    public Lookup(KademliaKey target, PeerId self, IEnumerable<PeerId> seeds, LookupOptions options)
    {
        (_target, _self, _options) = (target, self, options);
        var sorted = seeds.Distinct().Select(seed => (Peer: seed, Distance: KademliaKey.Of(seed).DistanceTo(target))).OrderBy(static seed => seed.Distance).ToArray();
        var paths = Math.Clamp(options.Paths, 1, Math.Max(1, sorted.Length));
        _converged = new bool[paths];
        for (var i = 0; i < sorted.Length; i++) Add(sorted[i].Peer, sorted[i].Distance, i % paths, depth: 0);
    }

    /// <summary>Requests made.</summary>
    public int Requests { get; private set; }

    /// <summary>Whether nothing more is to be asked or awaited.</summary>
    public bool IsFinished => _stopped || (_waiting == 0 && NextCandidate() is null) || (AllConverged() && HasRequired());

    /// <summary>Takes the peer to ask next; false where none is to be asked before something that was asked has ended.</summary>
    public bool TryNext(out PeerId peer)
    {
        peer = null!;
        if (_stopped || _waiting >= _options.Concurrency || IsFinished || NextCandidate() is not { } next) return false;
        next.State = CandidateState.Waiting;
        _waiting++;
        Requests++;
        peer = next.Peer;
        return true;
    }

    /// <summary>A peer answered, naming others. Peers named beyond the limits, ourselves, and those heard of before change nothing.</summary>
    public void Answered(PeerId peer, IEnumerable<PeerId> closer)
    {
        if (!TryEnd(peer, CandidateState.Answered, out var candidate)) return;
        foreach (var named in closer.Take(_options.MaxPeersPerAnswer))
        {
            if (!named.Equals(_self) && !_known.ContainsKey(named)) Add(named, KademliaKey.Of(named).DistanceTo(_target), candidate.Path, candidate.Depth + 1);
        }
    }

    /// <summary>A peer could not be asked, or its answer made no sense.</summary>
    public void Failed(PeerId peer) => TryEnd(peer, CandidateState.Failed, out _);

    /// <summary>Whether a peer is one of those that were heard of and not asked yet.</summary>
    public bool MayAsk(PeerId peer) => _known.TryGetValue(peer, out var candidate) && candidate.State == CandidateState.Heard;

    /// <summary>Enough is known; nothing more will be asked.</summary>
    public void Stop() => _stopped = true;

    /// <summary>The closest peers that answered, the closest first.</summary>
    public List<PeerId> Closest(int count) =>
        [.. _candidates.Where(static candidate => candidate.State == CandidateState.Answered).Take(count).Select(static candidate => candidate.Peer)];

    /// <summary>Hops to the closest peer that answered: 1 where it was in our routing table; 0 where nobody answered.</summary>
    public int Hops => _candidates.Find(static candidate => candidate.State == CandidateState.Answered) is { } closest ? closest.Depth + 1 : 0;

    private bool TryEnd(PeerId peer, CandidateState state, out LookupCandidate candidate)
    {
        if (!_known.TryGetValue(peer, out candidate!) || candidate.State != CandidateState.Waiting) return false;
        candidate.State = state;
        _waiting--;
        return true;
    }

    private void Add(PeerId peer, KademliaKey distance, int path, int depth)
    {
        var candidate = new LookupCandidate(peer, distance, path, depth);
        var (low, high) = (0, _candidates.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_candidates[middle].Distance.CompareTo(distance) < 0) low = middle + 1;
            else high = middle;
        }

        if (_candidates.Count >= _options.MaxCandidates && !MakeRoomFor(low)) return;
        _candidates.Insert(low, candidate);
        _known.Add(peer, candidate);
    }

    // The farthest that nobody asked goes; those that were asked stay known, so that they are not asked again.
    private bool MakeRoomFor(int index)
    {
        var last = _candidates.FindLastIndex(static candidate => candidate.State == CandidateState.Heard);
        if (last < index) return false;
        _known.Remove(_candidates[last].Peer);
        _candidates.RemoveAt(last);
        return true;
    }

    // While paths converge each asks the closest of its own; then whoever is missing among the closest of all is asked.
    private LookupCandidate? NextCandidate()
    {
        if (Requests >= _options.MaxRequests) return null;
        Span<int> waiting = stackalloc int[_converged.Length];
        foreach (var candidate in _candidates)
        {
            if (candidate.State == CandidateState.Waiting) waiting[candidate.Path]++;
        }

        var perPath = Math.Max(1, _options.Concurrency / _converged.Length);
        var (counted, finishing) = (0, AllConverged());
        foreach (var candidate in _candidates)
        {
            if (candidate.State == CandidateState.Failed) continue;
            if (finishing && counted++ >= _options.Required) return null;
            if (candidate.State != CandidateState.Heard) continue;
            if (finishing || (!_converged[candidate.Path] && waiting[candidate.Path] < perPath)) return candidate;
        }

        return null;
    }

    private bool AllConverged()
    {
        var all = true;
        for (var path = 0; path < _converged.Length; path++) all &= _converged[path] |= HasConverged(path);
        return all;
    }

    private bool HasConverged(int path)
    {
        var answered = 0;
        foreach (var candidate in _candidates)
        {
            if (candidate.Path != path || candidate.State == CandidateState.Failed) continue;
            if (candidate.State != CandidateState.Answered) return false;
            if (++answered >= _options.Resiliency) return true;
        }

        return true;
    }

    private bool HasRequired()
    {
        var answered = 0;
        foreach (var candidate in _candidates)
        {
            if (candidate.State == CandidateState.Failed) continue;
            if (candidate.State != CandidateState.Answered) return false;
            if (++answered >= _options.Required) return true;
        }

        return true;
    }
}
