using System.Collections.Concurrent;
using Causeway.Gateway.Peers;
using Causeway.Libp2p.Discovery;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Transports.Memory;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Peers;

public sealed class KeptPeersTests
{
    [Fact]
    public async Task A_kept_peer_that_is_known_by_its_ID_only_is_searched_for_with_growing_pauses()
    {
        var network = new MemoryNetwork();
        await using var other = new HostBuilder().UseMemory(network).Listen("/memory/1").Build();
        await other.StartAsync();
        Routing? routing = null;
        await using var host = new HostBuilder().UseMemory(network).Use(_ => routing = new Routing()).Build();
        await host.StartAsync();
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Changed += change =>
        {
            if (change is HostEvent.ConnectionOpened) connected.TrySetResult();
        };
        var clock = new PauseClock();
        using var kept = new KeptPeers(host, _ => { }, 10, clock, NullLogger.Instance);
        kept.Add([other.Id]);
        for (var pause = KeptPeers.FirstPause; pause < KeptPeers.LongestPause * 3; pause *= 2)
        {
            var next = await clock.NextAsync();
            Assert.Equal(pause < KeptPeers.LongestPause ? pause : KeptPeers.LongestPause, next.Length);
            Assert.False(connected.Task.IsCompleted);
            if (pause >= KeptPeers.LongestPause) routing!.Known[other.Id] = [Multiaddress.Parse("/memory/1")];
            next.End();
            if (pause >= KeptPeers.LongestPause) break;
        }

        await connected.Task.WaitAsync(TestPage.Patience);
        Assert.True(routing!.Asked >= 7);
    }

    private sealed class Routing : IHostComponent, IPeerRouting
    {
        public ConcurrentDictionary<PeerId, IReadOnlyList<Multiaddress>> Known { get; } = new();

        public int Asked { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public ValueTask<IReadOnlyList<Multiaddress>> FindPeerAsync(PeerId peer, CancellationToken cancellationToken)
        {
            Asked++;
            return new(Known.GetValueOrDefault(peer) ?? []);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
