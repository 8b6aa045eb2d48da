using System.Collections.Concurrent;
using Causeway.Cryptography.Keys;
using Causeway.Gateway.Files;
using Causeway.Gateway.Peers;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Real;

/// <summary>Real peers on loopback, without mDNS, whose hosts a test can lay hands on.</summary>
internal sealed class RealPeers(PeerNetworkOptions? options = null, GatewayFiles? files = null) : IPeerFactory, IAsyncDisposable
{
    private readonly Libp2pPeerFactory _factory = new(options ?? PeerNetworkOptions.ThisMachine, NullLoggerFactory.Instance, files);

    public ConcurrentDictionary<string, IPubSub> PubSubs { get; } = new();

    public ConcurrentDictionary<string, IHost> Hosts { get; } = new();

    public async ValueTask<PeerNode> CreateAsync(PrivateKey identity, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var node = await _factory.CreateAsync(identity, loggers, cancellationToken);
        Hosts[node.Host.Id.ToString()] = node.Host;
        PubSubs[node.Host.Id.ToString()] = node.PubSub;
        return node;
    }

    /// <summary>Lets a page's peer know where another gateway's is, as mDNS would.</summary>
    public async Task IntroduceAsync(TestPage page, RealPeers others, TestPage other)
    {
        var host = Hosts[page.PeerId];
        var remote = others.Hosts[other.PeerId];
        host.AddDiscovered(remote.Id, remote.Addresses.Where(a => a.Has("tcp")));
        await host.ConnectAsync(remote.Id);
    }

    /// <summary>Waits until each page's peer has somebody in its mesh. A subscription is answered after 2 s at the latest, on a busy machine before that.</summary>
    public Task MeshAsync(params TestPage[] pages) => Task.WhenAll(pages.Select(p => PubSubs[p.PeerId].WaitForMeshAsync("chatroom"))).WaitAsync(TestPage.Patience);

    public ValueTask DisposeAsync() => _factory.DisposeAsync();
}
