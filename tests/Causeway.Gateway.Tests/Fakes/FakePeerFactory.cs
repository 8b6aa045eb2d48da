using System.Collections.Concurrent;
using Causeway.Cryptography.Keys;
using Causeway.Gateway.Peers;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Tests.Fakes;

/// <summary>Makes peers on a <see cref="FakeNetwork"/>.</summary>
internal sealed class FakePeerFactory(FakeNetwork network) : IPeerFactory
{
    /// <summary>The peers that were made and live.</summary>
    public ConcurrentDictionary<string, FakeNode> Nodes { get; } = new();

    /// <summary>When set, creations wait for it.</summary>
    public Task Creating { get; set; } = Task.CompletedTask;

    public async ValueTask<PeerNode> CreateAsync(PrivateKey identity, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        await Creating.WaitAsync(cancellationToken);
        var host = new FakeHost(network, identity);
        var node = new FakeNode(host, new FakePubSub(network, host), self => Nodes.TryRemove(new(self.Host.Id.ToString(), self)));
        Nodes[host.Id.ToString()] = node;
        return node;
    }
}

/// <summary>A fake peer.</summary>
internal sealed class FakeNode(FakeHost host, FakePubSub pubSub, Action<FakeNode> disposed) : PeerNode
{
    public FakeHost FakeHost => host;

    public FakePubSub FakePubSub => pubSub;

    public override IHost Host => host;

    public override IPubSub PubSub => pubSub;

    public override IReadOnlyList<Multiaddress> LocalAddresses { get; } = [Multiaddress.Parse("/ip4/127.0.0.1/tcp/4001")];

    public override async ValueTask DisposeAsync()
    {
        await pubSub.DisposeAsync();
        await host.DisposeAsync();
        disposed(this);
    }
}
