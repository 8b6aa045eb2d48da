using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Scoring;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Routing;

/// <summary>
/// GossipSub without I/O: peers, RPCs, subscriptions, publications, verdicts and heartbeats go in; RPCs, deliveries and changes come out of
/// <see cref="IGossipOutput"/>. Not thread-safe: one driver calls it. The same events, clock and seed give the same decisions.
/// </summary>
internal sealed partial class GossipRouter
{
    private readonly PeerId _self;
    private readonly GossipSubOptions _options;
    private readonly IGossipOutput _output;
    private readonly TimeProvider _clock;
    private readonly GossipRandom _random;
    private readonly long _origin;
    private readonly Dictionary<PeerId, RoutedPeer> _peers = [];
    private readonly Dictionary<string, TopicState> _topics = [];
    private readonly SeenCache _seen;
    private readonly MessageCache _cache;
    private readonly GossipPromises _promises;
    private readonly MessageIdScheme _ids;
    private readonly PeerScorer _scorer;
    private long _ticks;
    private long _incarnations;

    public GossipRouter(PeerId self, GossipSubOptions options, IGossipOutput output, TimeProvider clock, GossipRandom random)
    {
        options.Validate();
        _self = self;
        _options = options;
        _output = output;
        _clock = clock;
        _random = random;
        _origin = clock.GetTimestamp();
        _seen = new SeenCache(options.SeenTimeToLive, options.SeenCapacity);
        _cache = new MessageCache(options.HistoryLength, options.HistoryGossip, options.HistoryBytes);
        _promises = new GossipPromises(options.IWantFollowupTime, random);
        _ids = new MessageIdScheme(options.MessageId);
        _scorer = new PeerScorer(options.Scoring);
    }

    /// <summary>Connected peers.</summary>
    public IReadOnlyCollection<RoutedPeer> Peers => _peers.Values;

    /// <summary>Message IDs remembered (for metrics and tests).</summary>
    public int SeenCount => _seen.Count;

    /// <summary>Messages held for gossip (for metrics and tests).</summary>
    public int CachedCount => _cache.Count;

    /// <summary>Topics known (for metrics and tests).</summary>
    public int TopicCount => _topics.Count;

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    /// <summary>The peers of a topic.</summary>
    public IReadOnlyCollection<RoutedPeer> PeersOf(string topic) => _topics.TryGetValue(topic, out var state) ? state.Peers : [];

    /// <summary>Our mesh of a topic.</summary>
    public IReadOnlyCollection<RoutedPeer> MeshOf(string topic) => _topics.TryGetValue(topic, out var state) ? state.Mesh ?? [] : [];

    /// <summary>Our fan-out of a topic.</summary>
    public IReadOnlyCollection<RoutedPeer> FanoutOf(string topic) => _topics.TryGetValue(topic, out var state) ? state.Fanout ?? [] : [];

    /// <summary>The topics we are subscribed to.</summary>
    public IEnumerable<string> Subscriptions => _topics.Values.Where(t => t.Mesh is not null).Select(t => t.Name);

    /// <summary>A peer's score.</summary>
    public double ScoreOf(RoutedPeer peer) => peer.IsExplicit ? double.MaxValue : _scorer.Score(peer.Id, peer.Stats);

    /// <summary>The peer sent something that is not an RPC, or too large for one (P7).</summary>
    public void PenalizeMalformed(PeerId id)
    {
        if (_peers.TryGetValue(id, out var peer)) _scorer.Penalize(peer.Stats, 1);
    }

    /// <summary>An RPC arrived.</summary>
    public void Receive(PeerId from, Rpc rpc)
    {
        if (!_peers.TryGetValue(from, out var peer) || ScoreOf(peer) < _scorer.Thresholds.Graylist) return;
        if (rpc.Subscriptions is not null)
        {
            foreach (var change in rpc.Subscriptions) OnSubscription(peer, change);
        }

        if (rpc.Messages is not null)
        {
            foreach (var message in rpc.Messages) OnMessage(peer, message);
        }

        if (rpc.Control is not null && peer.HasMesh) OnControl(peer, rpc.Control);
    }

    private void OnControl(RoutedPeer peer, RpcControl control)
    {
        if (control.IHave is not null) OnIHave(peer, control.IHave);
        if (control.IWant is not null) OnIWant(peer, control.IWant);
        if (control.Graft is not null) OnGraft(peer, control.Graft);
        if (control.Prune is not null) OnPrune(peer, control.Prune);
        if (control.IDontWant is not null) OnIDontWant(peer, control.IDontWant);
    }

    private TopicState Topic(string name)
    {
        if (!_topics.TryGetValue(name, out var topic))
        {
            _topics[name] = topic = new TopicState(name) { Parameters = _scorer.ParametersOf(name, subscribed: false) };
        }

        return topic;
    }

    private void Forget(TopicState topic)
    {
        if (topic.IsEmpty) _topics.Remove(topic.Name);
    }

    private bool Send(RoutedPeer peer, RpcBuilder rpc, FramePriority priority)
    {
        var sent = true;
        foreach (var frame in rpc.Complete()) sent &= _output.Send(peer, frame, priority);
        return sent;
    }
}
