using System.Collections.Concurrent;
using Causeway.Gateway.Directory;
using Causeway.Gateway.Protocol;
using Causeway.Libp2p;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Topics;

/// <summary>
/// The topics of one page. Requests are begun by one reader, so the methods are not called concurrently; news from the directory and from GossipSub come
/// from anywhere.
/// </summary>
internal sealed class PeerTopics : IAsyncDisposable
{
    // Messages that GossipSub holds for us. Our pump never waits, so this only bridges moments without a free thread.
    private const int SubscriptionQueue = 65_536;

    private readonly ConcurrentDictionary<string, TopicSubscription> _subscriptions = new();
    private readonly Dictionary<string, OrderedLane> _lanes = [];
    private readonly IPubSub _pubSub;
    private readonly ITopicDiscovery? _discovery;
    private readonly LocalDirectory _directory;
    private readonly Neighbourhood _neighbourhood;
    private readonly LocalPeer _self;
    private readonly Action<OutboundFrame> _push;
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public PeerTopics(
        IPubSub pubSub, ITopicDiscovery? discovery, LocalDirectory directory, Neighbourhood neighbourhood, LocalPeer self, Action<OutboundFrame> push,
        GatewayOptions options, TimeProvider time, ILogger logger)
    {
        _pubSub = pubSub;
        _discovery = discovery;
        _directory = directory;
        _neighbourhood = neighbourhood;
        _self = self;
        _push = push;
        _options = options;
        _time = time;
        _logger = logger;
        _pubSub.PeerChanged += OnGossip;
    }

    /// <summary>Subscribes; the task completes when the mesh has formed, the time is up, or nobody else is known. Messages are received from now on.</summary>
    public Task SubscribeAsync(string topic)
    {
        if (_subscriptions.TryGetValue(topic, out var existing))
        {
            return existing.Ready.IsCompleted ? existing.Ready = BecomeReadyAsync(topic) : existing.Ready;
        }

        if (_subscriptions.Count >= _options.MaxEntriesPerPage) throw GatewayException.Full($"a page has at most {_options.MaxEntriesPerPage} topics");

        var subscription = new TopicSubscription(
            _pubSub.Subscribe(topic, new SubscriptionOptions { QueueCapacity = SubscriptionQueue }), _self.Id, _directory.IsLocal, _push, _logger);
        _subscriptions[topic] = subscription;
        _directory.Join(topic, _self);
        _discovery?.Join(topic);
        subscription.Begin(_pubSub.PeersOf(topic));
        return subscription.Ready = BecomeReadyAsync(topic);
    }

    /// <summary>Leaves a topic. No push of it follows.</summary>
    public async Task UnsubscribeAsync(string topic)
    {
        if (!_subscriptions.TryRemove(topic, out var subscription)) return;
        _directory.Leave(topic, _self);
        _discovery?.Leave(topic);
        await subscription.DisposeAsync();
        _ = _neighbourhood.HealAsync([topic], _neighbourhood.NeighboursOf(_self.Host));
    }

    /// <summary>Publishes after what was published on the topic before.</summary>
    public Task PublishAsync(string topic, ReadOnlyMemory<byte> json)
    {
        byte[] copy = json.ToArray();
        if (!_lanes.TryGetValue(topic, out var lane))
        {
            ForgetIdleLanes();
            _lanes[topic] = lane = new OrderedLane();
        }

        return lane.Add(() => PublishNowAsync(topic, copy));
    }

    /// <summary>Who is in a topic, subscribed to by us or not.</summary>
    public IReadOnlyList<PeerId> PeersOf(string topic)
    {
        if (_subscriptions.TryGetValue(topic, out var subscription)) return subscription.Present;
        var local = _directory.AnnouncedIn(topic);
        return [.. local.Concat(_pubSub.PeersOf(topic).Where(p => !_directory.IsLocal(p))).Distinct().Where(p => !p.Equals(_self.Id))];
    }

    /// <summary>News from the directory.</summary>
    public void OnLocal(string topic, PeerId peer, bool joined)
    {
        if (_subscriptions.TryGetValue(topic, out var subscription)) subscription.OnLocal(peer, joined);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _pubSub.PeerChanged -= OnGossip;
        foreach (var topic in _subscriptions.Keys)
        {
            if (_subscriptions.TryRemove(topic, out var subscription)) await subscription.DisposeAsync();
        }
    }

    private async Task PublishNowAsync(string topic, ReadOnlyMemory<byte> json)
    {
        try
        {
            await _pubSub.PublishAsync(topic, json);
        }
        catch (Libp2pException e) when (e.Error == Libp2pError.InvalidArgument)
        {
            throw new GatewayException(GatewayErrorCode.TooLarge, e.Message, e);
        }
    }

    private async Task BecomeReadyAsync(string topic)
    {
        using var timeout = new CancellationTokenSource(_options.MeshTimeout, _time);
        try
        {
            await _neighbourhood.ConnectAsync(topic, _self).WaitAsync(timeout.Token);
            if (_directory.MembersOf(topic, _self).Count > 0 || _pubSub.PeersOf(topic).Count > 0) await _pubSub.WaitForMeshAsync(topic, timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // The time is up: the page goes on, the mesh forms later.
        }

        _directory.Announce(topic, _self);
    }

    private void OnGossip(TopicPeerChange change)
    {
        if (_subscriptions.TryGetValue(change.Topic, out var subscription)) subscription.OnGossip(change.Peer, change.Joined);
    }

    private void ForgetIdleLanes()
    {
        if (_lanes.Count < _options.MaxEntriesPerPage) return;
        foreach (var (topic, lane) in _lanes)
        {
            if (lane.IsIdle) _lanes.Remove(topic);
        }
    }
}
