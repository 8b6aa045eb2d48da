using Causeway.Libp2p.Kademlia.Lookups;
using Causeway.Libp2p.Kademlia.Routing;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.Kademlia.Simulation;

/// <summary>
/// Thousands of DHT nodes in one process: the real routing tables and look-ups, a network of function calls, virtual time. The same seed gives the
/// same run.
/// </summary>
internal sealed class SimulatedDht(int seed)
{
    private const int BucketSize = 20;

    // What a request to somebody who is not there costs.
    private static readonly TimeSpan DeadTimeout = TimeSpan.FromSeconds(5);

    private readonly Random _random = new(seed);
    private readonly Dictionary<PeerId, SimulatedNode> _byId = [];
    private readonly List<SimulatedNode> _nodes = [];
    private readonly List<SimulatedNode> _liars = [];
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public IReadOnlyList<SimulatedNode> Nodes => _nodes;

    /// <summary>Adds nodes; each knows one that was there before, looks itself up, and somebody in each of its largest buckets.</summary>
    public void Join(int count, Func<int, Behaviour>? behaviour = null)
    {
        for (var i = 0; i < count; i++)
        {
            var node = new SimulatedNode(NewPeer()) { Behaviour = behaviour?.Invoke(i) ?? Behaviour.Honest };
            if (_nodes.Count > 0) Meet(node, PickHonest());
            _nodes.Add(node);
            _byId.Add(node.Peer, node);
            if (node.Behaviour > Behaviour.Dead) _liars.Add(node);
            Refresh(node, maxBuckets: 4);
        }
    }

    /// <summary>Lets a share of the nodes go without a word.</summary>
    public void Kill(double share)
    {
        foreach (var node in _nodes)
        {
            if (_random.NextDouble() < share) node.Behaviour = Behaviour.Dead;
        }
    }

    /// <summary>What the upkeep of a node does every ten minutes.</summary>
    public void Refresh(SimulatedNode node, int maxBuckets = 16)
    {
        LookUp(node, node.Key, BucketSize, paths: 1);
        var buckets = Math.Min(node.Table.BucketSizes().Length, maxBuckets);
        for (var bucket = 0; bucket < buckets; bucket++) LookUp(node, KeyIn(node, bucket), required: 3, paths: 1);
    }

    /// <summary>Look-ups of random keys from random honest nodes.</summary>
    public List<SearchResult> Search(int count, int paths = 1)
    {
        var results = new List<SearchResult>(count);
        for (var i = 0; i < count; i++)
        {
            var target = KademliaKey.Of(NewPeer());
            var searcher = PickHonest();
            var started = _now;
            var lookup = LookUp(searcher, target, BucketSize, paths);
            var found = lookup.Closest(BucketSize).ToHashSet();
            var truth = _nodes.Where(node => node.Behaviour != Behaviour.Dead && node != searcher).OrderBy(node => node.Key.DistanceTo(target)).Take(BucketSize).ToList();
            results.Add(new SearchResult(lookup.Hops, lookup.Requests, _now - started, truth.Count(node => found.Contains(node.Peer)) / (double)truth.Count));
        }

        return results;
    }

    private Lookup LookUp(SimulatedNode asker, KademliaKey target, int required, int paths)
    {
        var lookup = new Lookup(target, asker.Peer, asker.Table.Closest(target, BucketSize), new LookupOptions(required, Paths: paths));
        var answers = new PriorityQueue<(PeerId Peer, List<PeerId>? Closer), DateTimeOffset>();
        while (true)
        {
            while (lookup.TryNext(out var peer))
            {
                var closer = Ask(asker, peer, target);
                var took = closer is null ? DeadTimeout : TimeSpan.FromMilliseconds(_random.Next(20, 300));
                answers.Enqueue((peer, closer), _now + took);
            }

            if (lookup.IsFinished || !answers.TryDequeue(out var answer, out var at)) return lookup;
            _now = at;
            if (answer.Closer is null)
            {
                asker.Table.Remove(answer.Peer);
                lookup.Failed(answer.Peer);
            }
            else
            {
                asker.Table.TryAdd(answer.Peer, [], [], answered: true, _now);
                lookup.Answered(answer.Peer, answer.Closer);
            }
        }
    }

    private List<PeerId>? Ask(SimulatedNode asker, PeerId peer, KademliaKey target)
    {
        if (!_byId.TryGetValue(peer, out var node) || node.Behaviour == Behaviour.Dead) return null;

        // Whoever is asked has met the asker, which is a server too.
        node.Table.TryAdd(asker.Peer, [], [], answered: false, _now);
        return node.Behaviour switch
        {
            Behaviour.Rubbish => [.. Enumerable.Range(0, BucketSize).Select(_ => NewPeer())],
            Behaviour.Loop => [.. _liars.Take(3).Select(static liar => liar.Peer)],
            Behaviour.Selfish => [node.Peer],
            Behaviour.Eclipse => [.. _liars.OrderBy(liar => liar.Key.DistanceTo(target)).Take(BucketSize).Select(static liar => liar.Peer)],
            _ => node.Table.Closest(target, BucketSize, except: asker.Peer),
        };
    }

    private void Meet(SimulatedNode one, SimulatedNode other)
    {
        one.Table.TryAdd(other.Peer, [], [], answered: false, _now);
        other.Table.TryAdd(one.Peer, [], [], answered: false, _now);
    }

    private SimulatedNode PickHonest()
    {
        while (true)
        {
            var node = _nodes[_random.Next(_nodes.Count)];
            if (node.Behaviour == Behaviour.Honest) return node;
        }
    }

    private KademliaKey KeyIn(SimulatedNode node, int bucket)
    {
        while (true)
        {
            var key = KademliaKey.Of(NewPeer());
            if (key.CommonPrefixLength(node.Key) == bucket) return key;
        }
    }

    private PeerId NewPeer()
    {
        var bytes = new byte[34];
        _random.NextBytes(bytes);
        (bytes[0], bytes[1]) = (0x12, 32);
        return PeerId.FromBytes(bytes);
    }
}
