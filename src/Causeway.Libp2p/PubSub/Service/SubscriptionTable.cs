using Causeway.Libp2p.PubSub.Messages;
using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>All subscriptions of an instance, by topic. Thread-safe.</summary>
internal sealed class SubscriptionTable(Action<string> first, Action<string> last)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Subscription[]> _byTopic = [];
    private bool _closed;

    /// <summary>Adds a subscription; the first one of a topic joins it.</summary>
    /// <exception cref="ObjectDisposedException">Closed.</exception>
    public Subscription Add(string topic, SubscriptionOptions options)
    {
        var subscription = new Subscription(topic, options, Remove);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(GossipSub));
            var present = _byTopic.GetValueOrDefault(topic) ?? [];
            _byTopic[topic] = [.. present, subscription];
            if (present.Length == 0) first(topic);
        }

        return subscription;
    }

    /// <summary>Hands a message to all subscriptions of its topic.</summary>
    public void Deliver(GossipMessage message, PeerId self)
    {
        Subscription[]? subscriptions;
        lock (_lock)
        {
            if (!_byTopic.TryGetValue(message.Topic, out subscriptions)) return;
        }

        var seen = message.ToPublic(message.Source?.Id ?? self);
        PubSubMetrics.Delivered.Add(1);
        foreach (var subscription in subscriptions) subscription.Deliver(message, seen);
    }

    /// <summary>Ends all.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var subscription in _byTopic.Values.SelectMany(s => s)) subscription.Complete();
            _byTopic.Clear();
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_lock)
        {
            if (!_byTopic.TryGetValue(subscription.Topic, out var present)) return;
            var left = present.Where(s => s != subscription).ToArray();
            if (left.Length > 0)
            {
                _byTopic[subscription.Topic] = left;
                return;
            }

            _byTopic.Remove(subscription.Topic);
            last(subscription.Topic);
        }
    }
}
