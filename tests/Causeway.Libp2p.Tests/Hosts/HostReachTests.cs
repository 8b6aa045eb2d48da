using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Discovery;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.Tests.Support;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

/// <summary>Addresses that components contribute, peers that routing finds, and relayed connections beside direct ones.</summary>
public sealed class HostReachTests
{
    private static readonly string[] Pings = [PingService.ProtocolId];

    [Fact]
    public async Task What_components_contribute_is_told_to_others_until_it_is_taken_back()
    {
        await using var hosts = new TestHosts();
        var host = await hosts.StartAsync();
        var own = Assert.Single(host.Addresses);
        using var events = new EventLog(host);
        host.SetAddresses("mapping", Addresses("/ip4/1.2.3.4/tcp/4001", $"/ip4/1.2.3.4/tcp/4001/p2p/{host.Id}"));
        await events.NextAsync<HostEvent.AddressesChanged>();
        Assert.Equal([own, Address("/ip4/1.2.3.4/tcp/4001")], host.Addresses);
        host.SetAddresses("mapping", []);
        await events.NextAsync<HostEvent.AddressesChanged>();
        Assert.Equal([own], host.Addresses);
    }

    [Fact]
    public async Task Reachability_is_told_once_for_each_change()
    {
        await using var hosts = new TestHosts();
        var host = await hosts.StartAsync();
        using var events = new EventLog(host);
        host.SetReachability(Reachability.Private);
        host.SetReachability(Reachability.Private);
        host.SetReachability(Reachability.Public);
        Assert.Equal(Reachability.Private, (await events.NextAsync<HostEvent.ReachabilityChanged>()).Reachability);
        Assert.Equal(Reachability.Public, (await events.NextAsync<HostEvent.ReachabilityChanged>()).Reachability);
        Assert.Equal(Reachability.Public, host.Reachability);
    }

    [Fact]
    public async Task Components_stop_in_the_opposite_order()
    {
        var log = new List<string>();
        var host = new HostBuilder().Use(_ => new Component("a", log)).Use(_ => new Component("b", log)).Build();
        await host.StartAsync(Patience);
        await host.DisposeAsync();
        Assert.Equal(["+a", "+b", "-b", "-a"], log);
    }

    [Fact]
    public async Task A_peer_without_known_addresses_is_looked_up()
    {
        await using var hosts = new TestHosts();
        var two = await hosts.StartAsync();
        var one = await hosts.StartAsync(builder => builder.Use(_ => new Routing(two.Id, two.Addresses)));
        Assert.Equal(two.Id, (await one.ConnectAsync(two.Id, Patience)).RemotePeer);
        Assert.Equal(Libp2pError.NoAddress, (await Assert.ThrowsAsync<Libp2pException>(() => one.ConnectAsync(NewPeer(), Patience).AsTask())).Error);
    }

    [Fact]
    public async Task A_peer_that_has_moved_is_looked_up()
    {
        await using var hosts = new TestHosts();
        var two = await hosts.StartAsync();
        var routing = new Routing(two.Id, two.Addresses);
        var one = await hosts.StartAsync(builder => builder.Use(_ => routing));
        one.Peers.AddAddresses(two.Id, Addresses("/memory/nobody"), AddressLifetime.Permanent);
        Assert.Equal(Libp2pError.Unreachable, (await Assert.ThrowsAsync<Libp2pException>(() => one.ConnectAsync(two.Id, new ConnectOptions { UseRouting = false }, Patience).AsTask())).Error);
        Assert.Equal(0, routing.Asked);
        var three = await hosts.StartAsync(builder => builder.Use(_ => routing));
        three.Peers.AddAddresses(two.Id, Addresses("/memory/nobody"), AddressLifetime.Permanent);
        Assert.Equal(two.Id, (await three.ConnectAsync(two.Id, Patience)).RemotePeer);
        Assert.Equal(1, routing.Asked);
    }

    [Fact]
    public async Task Whoever_cannot_say_where_a_peer_is_keeps_nobody_else_from_it()
    {
        await using var hosts = new TestHosts();
        var two = await hosts.StartAsync();
        var broken = new Routing(two.Id, []) { Answer = Task.FromException(new InvalidOperationException("stopped")) };
        var one = await hosts.StartAsync(builder => builder.Use(_ => broken).Use(_ => new Routing(two.Id, two.Addresses)));
        Assert.Equal(two.Id, (await one.ConnectAsync(two.Id, Patience)).RemotePeer);
        Assert.Equal(Libp2pError.NoAddress, (await Assert.ThrowsAsync<Libp2pException>(() => one.ConnectAsync(NewPeer(), Patience).AsTask())).Error);
    }

    [Fact]
    public async Task A_peer_that_many_want_is_looked_up_once()
    {
        await using var hosts = new TestHosts();
        var two = await hosts.StartAsync();
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var routing = new Routing(two.Id, two.Addresses) { Answer = answer.Task };
        var one = await hosts.StartAsync(builder => builder.Use(_ => routing));
        var asked = routing.FirstAsked;
        var dials = Enumerable.Range(0, 10).Select(_ => one.ConnectAsync(two.Id, Patience).AsTask()).ToArray();
        await asked.WaitAsync(Patience);

        // The others have failed to dial, too, and wait for the same answer, or still come to it.
        answer.SetResult();
        var connections = await Task.WhenAll(dials);
        Assert.All(connections, connection => Assert.Equal(two.Id, connection.RemotePeer));
        Assert.InRange(routing.MostAtOnce, 1, 1);
    }

    [Fact]
    public async Task A_limited_connection_carries_only_what_opts_in()
    {
        await using var hosts = new TestHosts();
        var two = await hosts.StartAsync(builder => builder.Listen("/memory/two").Configure(o => o with { AnnounceListenAddresses = false }), listen: false);
        var one = await hosts.StartAsync(builder => builder.UseTransport(new RelayedMemoryTransport(hosts.Network, isLimited: true)));
        one.Peers.AddAddresses(two.Id, Addresses("/memory/two/p2p-circuit"), AddressLifetime.Permanent);
        var relayed = await one.ConnectAsync(two.Id, Patience);
        Assert.True(relayed is { IsRelayed: true, IsLimited: true });
        await using (var stream = await one.OpenStreamAsync(two.Id, Pings, new ConnectOptions { AllowLimited = true }, Patience))
            Assert.Same(relayed, stream.Connection);
        var refused = await Assert.ThrowsAsync<Libp2pException>(() => one.OpenStreamAsync(two.Id, Pings, Patience).AsTask());
        Assert.Equal(Libp2pError.LimitedConnection, refused.Error);
    }

    [Fact]
    public async Task A_direct_connection_takes_over_new_streams()
    {
        await using var hosts = new TestHosts();
        var two = await hosts.StartAsync();
        var one = await hosts.StartAsync(builder => builder.UseTransport(new RelayedMemoryTransport(hosts.Network, isLimited: false)));
        var relayed = await one.ConnectAsync(RelayedMemoryTransport.Through(two.Addresses[0]).WithPeerId(two.Id), Patience);
        one.Peers.AddAddresses(two.Id, two.Addresses, AddressLifetime.Permanent);
        Assert.Same(relayed, await one.ConnectAsync(two.Id, Patience));
        var direct = await one.ConnectAsync(two.Id, new ConnectOptions { RequireDirect = true }, Patience);
        Assert.False(direct.IsRelayed);
        Assert.Equal([direct, relayed], one.Connections.To(two.Id));
        await using var stream = await one.OpenStreamAsync(two.Id, Pings, Patience);
        Assert.Same(direct, stream.Connection);
    }

    private sealed class Component(string name, List<string> log) : IHostComponent
    {
        public Task StartAsync(CancellationToken cancellationToken = default)
        {
            log.Add("+" + name);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            log.Add("-" + name);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Routing(PeerId known, IReadOnlyList<Multiaddress> addresses) : IHostComponent, IPeerRouting
    {
        private readonly TaskCompletionSource _firstAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _atOnce;

        public int Asked { get; private set; }

        public int MostAtOnce { get; private set; }

        public Task FirstAsked => _firstAsked.Task;

        public Task Answer { get; init; } = Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public async ValueTask<IReadOnlyList<Multiaddress>> FindPeerAsync(PeerId peer, CancellationToken cancellationToken)
        {
            Asked++;
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _atOnce));
            _firstAsked.TrySetResult();
            await Answer.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref _atOnce);
            return peer.Equals(known) ? addresses : [];
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
