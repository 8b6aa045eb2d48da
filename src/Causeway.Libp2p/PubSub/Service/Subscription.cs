using System.Threading.Channels;
using Causeway.Libp2p.PubSub.Messages;

namespace Causeway.Libp2p.PubSub.Service;

/// <summary>One subscription: a bounded queue that drops its oldest message where the reader is too slow.</summary>
internal sealed class Subscription : ISubscription
{
    private readonly Channel<PubSubMessage> _messages;
    private readonly Action<Subscription> _left;
    private readonly bool _deliverOwn;
    private int _disposed;

    public Subscription(string topic, SubscriptionOptions options, Action<Subscription> left)
    {
        Topic = topic;
        _left = left;
        _deliverOwn = options.DeliverOwn;
        _messages = Channel.CreateBounded<PubSubMessage>(
            new BoundedChannelOptions(options.QueueCapacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true },
            static _ => PubSubMetrics.DroppedDeliveries.Add(1));
    }

    /// <inheritdoc/>
    public string Topic { get; }

    /// <summary>Adds a message, unless it is our own and those are not wanted.</summary>
    public void Deliver(GossipMessage message, PubSubMessage seen)
    {
        if (message.Source is not null || _deliverOwn) _messages.Writer.TryWrite(seen);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<PubSubMessage> ReadAllAsync(CancellationToken cancellationToken = default) => _messages.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Ends readers once they have read what is there.</summary>
    public void Complete() => _messages.Writer.TryComplete();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return ValueTask.CompletedTask;
        Complete();
        _left(this);
        return ValueTask.CompletedTask;
    }
}
