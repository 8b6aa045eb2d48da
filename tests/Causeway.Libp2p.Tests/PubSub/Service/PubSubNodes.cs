using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.Tests.Hosts;

namespace Causeway.Libp2p.Tests.PubSub.Service;

/// <summary>Hosts with pub/sub on an in-memory network.</summary>
internal sealed class PubSubNodes : IAsyncDisposable
{
    private readonly List<GossipSub> _instances = [];

    public TestHosts Hosts { get; } = new();

    public async Task<PubSubNode> StartAsync(GossipSubOptions? options = null, Action<HostBuilder>? configure = null)
    {
        var host = await Hosts.StartAsync(configure);
        var pubSub = new GossipSub(host, options ?? new GossipSubOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100) });
        _instances.Add(pubSub);
        await pubSub.StartAsync(Some.Patience);
        return new PubSubNode(host, pubSub);
    }

    public async Task<PubSubNode[]> StartAsync(int count, GossipSubOptions? options = null)
    {
        var nodes = new PubSubNode[count];
        for (var i = 0; i < count; i++) nodes[i] = await StartAsync(options);
        return nodes;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances) await instance.DisposeAsync();
        await Hosts.DisposeAsync();
    }
}

internal sealed record PubSubNode(IHost Host, GossipSub PubSub)
{
    public Task ConnectAsync(PubSubNode other) => TestHosts.ConnectAsync(Host, other.Host);

    /// <summary>Waits until so many peers of a topic are known.</summary>
    public async Task WaitForPeersAsync(string topic, int count)
    {
        var changed = new SemaphoreSlim(0);
        void OnChanged(TopicPeerChange change) => changed.Release();
        PubSub.PeerChanged += OnChanged;
        try
        {
            while (PubSub.PeersOf(topic).Count < count) await changed.WaitAsync(Some.Patience);
        }
        finally
        {
            PubSub.PeerChanged -= OnChanged;
        }
    }

    /// <summary>Reads so many messages as text.</summary>
    public static async Task<List<string>> ReadAsync(ISubscription subscription, int count)
    {
        var texts = new List<string>();
        await foreach (var message in subscription.ReadAllAsync(Some.Patience))
        {
            texts.Add(System.Text.Encoding.UTF8.GetString(message.Data.Span));
            if (texts.Count == count) break;
        }

        return texts;
    }

    public ValueTask PublishAsync(string topic, string text) => PubSub.PublishAsync(topic, System.Text.Encoding.UTF8.GetBytes(text), Some.Patience);
}
