using Causeway.Gateway.Protocol;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Topics;

/// <summary>One page's subscription to one topic: pumps messages to the page and keeps the view of who is there.</summary>
internal sealed class TopicSubscription : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ISubscription _subscription;
    private readonly Action<OutboundFrame> _push;
    private readonly TopicView _view;
    private readonly Task _pump;
    private readonly ILogger _logger;
    private bool _ended;

    public TopicSubscription(ISubscription subscription, PeerId self, Func<PeerId, bool> isLocal, Action<OutboundFrame> push, ILogger logger)
    {
        _subscription = subscription;
        _push = push;
        _logger = logger;
        _view = new TopicView(self, isLocal, (peer, joined) => push(Frames.PeerChange(Topic, peer.ToString(), joined)));
        _pump = PumpAsync();
    }

    /// <summary>The topic.</summary>
    public string Topic => _subscription.Topic;

    /// <summary>Completes when the page can publish and receive; every <c>subscribe</c> of the topic waits for it.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    /// <summary>Who is there, without ourselves.</summary>
    public IReadOnlyList<PeerId> Present
    {
        get
        {
            lock (_lock) return [.. _view.Present];
        }
    }

    /// <summary>The directory's news.</summary>
    public void OnLocal(PeerId peer, bool joined)
    {
        lock (_lock)
        {
            if (!_ended) _view.OnLocal(peer, joined);
        }
    }

    /// <summary>GossipSub's news.</summary>
    public void OnGossip(PeerId peer, bool joined)
    {
        lock (_lock)
        {
            if (!_ended) _view.OnGossip(peer, joined);
        }
    }

    /// <summary>GossipSub's list, taken after its news were listened to.</summary>
    public void Begin(IReadOnlyList<PeerId> gossip)
    {
        lock (_lock) _view.Begin(gossip);
    }

    /// <summary>No more pushes from here on; then leaves the topic.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock) _ended = true;
        await _subscription.DisposeAsync();
        await _pump;
    }

    private async Task PumpAsync()
    {
        var messages = new TopicMessages(Topic);
        try
        {
            await foreach (var message in _subscription.ReadAllAsync())
            {
                if (messages.ToPush(message.From, message.Data) is not { } frame)
                {
                    GatewayLog.TopicMessageNotJson(_logger, Topic, message.From);
                    continue;
                }

                lock (_lock)
                {
                    if (_ended) frame.Dispose();
                    else _push(frame);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The subscription was disposed.
        }
        catch (Exception e)
        {
            GatewayLog.SubscriptionEnded(_logger, Topic, e.Message);
        }
    }
}
