using Causeway.Multiformats;

namespace Causeway.Libp2p.PubSub;

/// <summary>Publish/subscribe over topics (GossipSub, FloodSub). Thread-safe.</summary>
public interface IPubSub : IAsyncDisposable
{
    /// <summary>Starts serving and connects to the pub/sub protocols of connected peers.</summary>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>Subscribes. Several subscriptions to one topic are independent; the topic is left with the last one.</summary>
    ISubscription Subscribe(string topic, SubscriptionOptions? options = null);

    /// <summary>Publishes; works without a subscription (fan-out). Completes when the message is queued to at least the chosen peers.</summary>
    /// <exception cref="Libp2pException"><see cref="Libp2pError.InvalidArgument"/>: larger than the maximum message size, or refused by our own validator.</exception>
    ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default);

    /// <summary>Connected peers that are subscribed to <paramref name="topic"/>; without ourselves.</summary>
    IReadOnlyList<PeerId> PeersOf(string topic);

    /// <summary>Our mesh peers for <paramref name="topic"/>.</summary>
    IReadOnlyList<PeerId> MeshOf(string topic);

    /// <summary>Raised when a connected peer subscribes to or leaves any topic (or disconnects). Serial, in order.</summary>
    event Action<TopicPeerChange> PeerChanged;

    /// <summary>Completes when the mesh for a subscribed topic has at least one peer, or the token fires.</summary>
    Task WaitForMeshAsync(string topic, CancellationToken cancellationToken = default);

    /// <summary>Installs the validator of a topic; disposing removes it. One per topic.</summary>
    IDisposable SetValidator(string topic, MessageValidator validator);
}

/// <summary>A running subscription; dispose to leave.</summary>
public interface ISubscription : IAsyncDisposable
{
    /// <summary>The topic.</summary>
    string Topic { get; }

    /// <summary>Messages in order of validation, our own included when <see cref="SubscriptionOptions.DeliverOwn"/>.</summary>
    IAsyncEnumerable<PubSubMessage> ReadAllAsync(CancellationToken cancellationToken = default);
}

/// <summary>How a subscription behaves.</summary>
public sealed record SubscriptionOptions
{
    /// <summary>Whether our own publications are delivered too. Default yes.</summary>
    public bool DeliverOwn { get; init; } = true;

    /// <summary>Messages held for a slow reader (1 to 65536); past it the oldest is dropped and counted. Default 1024.</summary>
    public int QueueCapacity { get; init; } = 1024;
}

/// <summary>A validated message.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="From">The author, proven by its signature.</param>
/// <param name="Data">The payload.</param>
/// <param name="SequenceNumber">The author's sequence number (8 bytes big-endian on the wire).</param>
/// <param name="ReceivedFrom">The neighbour that handed it to us; ourselves for our own.</param>
public sealed record PubSubMessage(string Topic, PeerId From, ReadOnlyMemory<byte> Data, ulong SequenceNumber, PeerId ReceivedFrom);

/// <summary>A connected peer joined or left a topic.</summary>
public sealed record TopicPeerChange(string Topic, PeerId Peer, bool Joined);

/// <summary>Judges a message before it is delivered and forwarded. Must be quick; it may be asynchronous.</summary>
public delegate ValueTask<ValidationResult> MessageValidator(PubSubMessage message, CancellationToken cancellationToken);

/// <summary>A validator's verdict.</summary>
public enum ValidationResult
{
    /// <summary>Deliver and forward.</summary>
    Accept,

    /// <summary>Drop silently.</summary>
    Ignore,

    /// <summary>Drop and hold it against the sender (P4).</summary>
    Reject,
}
