using System.Collections.Concurrent;
using System.Threading.Channels;
using Causeway.Libp2p;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;

namespace Causeway.Gateway.Tests.Fakes;

/// <summary>Pub/sub in which everyone on the <see cref="FakeNetwork"/> is everyone's neighbour.</summary>
internal sealed class FakePubSub(FakeNetwork network, FakeHost host) : IPubSub
{
    private readonly ConcurrentDictionary<string, ConcurrentBag<Subscription>> _subscriptions = new();

    public event Action<TopicPeerChange>? PeerChanged;

    /// <summary>When set, meshes form when it completes.</summary>
    public Task MeshFormed { get; set; } = Task.CompletedTask;

    /// <summary>When set, publications wait for it.</summary>
    public Task Publishing { get; set; } = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public ISubscription Subscribe(string topic, SubscriptionOptions? options = null)
    {
        var subscription = new Subscription(this, topic);
        _subscriptions.GetOrAdd(topic, _ => []).Add(subscription);
        if (network.Topics.GetOrAdd(topic, _ => new()).TryAdd(this, true)) Tell(topic, joined: true);
        return subscription;
    }

    public async ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        await Publishing;
        if (data.Length > 1024 * 1024) throw new Libp2pException(Libp2pError.InvalidArgument, "larger than 1 MiB");
        var copy = data.ToArray();
        foreach (var other in network.Topics.GetOrAdd(topic, _ => new()).Keys) other.Receive(new(topic, host.Id, copy, 1, host.Id));
    }

    /// <summary>A message from elsewhere.</summary>
    public void Receive(PubSubMessage message)
    {
        foreach (var subscription in _subscriptions.GetValueOrDefault(message.Topic) ?? []) subscription.Messages.Writer.TryWrite(message);
    }

    /// <summary>A peer that is not on the fake network joins or leaves.</summary>
    public void Change(string topic, PeerId peer, bool joined) => PeerChanged?.Invoke(new(topic, peer, joined));

    public IReadOnlyList<PeerId> PeersOf(string topic)
        => [.. network.Topics.GetOrAdd(topic, _ => new()).Keys.Where(o => o != this).Select(o => o.HostId)];

    public IReadOnlyList<PeerId> MeshOf(string topic) => PeersOf(topic);

    public Task WaitForMeshAsync(string topic, CancellationToken cancellationToken = default) => MeshFormed.WaitAsync(cancellationToken);

    public IDisposable SetValidator(string topic, MessageValidator validator) => throw new NotSupportedException();

    public async ValueTask DisposeAsync()
    {
        foreach (var subscription in _subscriptions.Values.SelectMany(s => s)) await subscription.DisposeAsync();
    }

    private PeerId HostId => host.Id;

    private void Leave(string topic)
    {
        if (network.Topics.TryGetValue(topic, out var members) && members.TryRemove(this, out _)) Tell(topic, joined: false);
    }

    private void Tell(string topic, bool joined)
    {
        foreach (var other in network.Topics[topic].Keys.Where(o => o != this)) other.PeerChanged?.Invoke(new(topic, host.Id, joined));
    }

    private sealed class Subscription(FakePubSub owner, string topic) : ISubscription
    {
        public Channel<PubSubMessage> Messages { get; } = Channel.CreateUnbounded<PubSubMessage>();

        public string Topic => topic;

        public IAsyncEnumerable<PubSubMessage> ReadAllAsync(CancellationToken cancellationToken = default) => Messages.Reader.ReadAllAsync(cancellationToken);

        public ValueTask DisposeAsync()
        {
            Messages.Writer.TryComplete();
            owner.Leave(topic);
            return ValueTask.CompletedTask;
        }
    }
}
