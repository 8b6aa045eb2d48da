using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;

namespace Causeway.Interop.Tests;

/// <summary>A host of ours on loopback that serves <see cref="TestProtocols"/>, with or without GossipSub.</summary>
internal sealed class OurPeer : IAsyncDisposable
{
    private readonly IPubSub? _pubSub;

    private OurPeer(IHost host, IPubSub? pubSub)
    {
        Host = host;
        _pubSub = pubSub;
    }

    public IHost Host { get; }

    public IPubSub PubSub => _pubSub ?? throw new InvalidOperationException("This peer was started without pub/sub.");

    public string Id => Host.Id.ToString();

    /// <summary>The address that others dial, with <c>/p2p</c>.</summary>
    public string Address => Host.Addresses[0].WithPeerId(Host.Id).ToString();

    public static async Task<OurPeer> StartAsync(
        bool pubsub = false, string? listen = "/ip4/127.0.0.1/tcp/0", Func<IHost, IHostComponent>? discovery = null, Action<HostBuilder>? configure = null)
    {
        var builder = new HostBuilder();
        if (listen is not null) builder.Listen(listen);
        configure?.Invoke(builder);
        if (discovery is not null) builder.Use(discovery);
        var host = builder.Build();
        TestProtocols.ServeAll(host);
        var pubSub = pubsub ? host.AddGossipSub() : null;
        await host.StartAsync();
        if (pubSub is not null) await pubSub.StartAsync();
        return new OurPeer(host, pubSub);
    }

    public Task<TimeSpan> PingAsync(string peer) => new PingService(Host).PingAsync(PeerId.Parse(peer)).WaitAsync(JsPeer.Patience);

    public SubscriptionLog Subscribe(string topic) => new(PubSub.Subscribe(topic));

    /// <summary>Completes when Identify has reported the peer (again), with protocols that match.</summary>
    public Task WhenIdentified(string peer, Func<IReadOnlyCollection<string>, bool>? protocols = null)
    {
        var id = PeerId.Parse(peer);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Host.Changed += change =>
        {
            if (change is HostEvent.PeerIdentified identified && identified.Peer.Equals(id) && (protocols?.Invoke(Host.Peers.ProtocolsOf(id)) ?? true))
                done.TrySetResult();
        };
        return done.Task.WaitAsync(JsPeer.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (_pubSub is not null) await _pubSub.DisposeAsync();
        await Host.DisposeAsync();
    }
}
