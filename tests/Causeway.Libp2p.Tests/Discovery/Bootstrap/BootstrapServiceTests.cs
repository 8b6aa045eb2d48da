using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Connections.Dialing;
using Causeway.Libp2p.Discovery.Bootstrap;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Libp2p.Tests.Support;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Discovery.Bootstrap;

public sealed class BootstrapServiceTests : IAsyncDisposable
{
    private const int NoneReachable = 2200;
    private const int ReachableAgain = 2201;
    private const int Failed = 2203;

    private readonly TestHosts _hosts = new();
    private readonly ManualTimeProvider _time = new();
    private readonly TestLog _log = new();

    public ValueTask DisposeAsync() => _hosts.DisposeAsync();

    [Fact]
    public async Task Bootstrap_peers_are_dialed_at_the_start()
    {
        var first = await _hosts.StartAsync();
        var second = await _hosts.StartAsync();
        var client = await StartAsync(AddressOf(first), AddressOf(second));
        await Eventually.HoldsAsync(() => client.Connections.IsConnected(first.Id) && client.Connections.IsConnected(second.Id));
        Assert.Empty(_log.Of(NoneReachable));
    }

    [Fact]
    public async Task A_lost_bootstrap_peer_is_dialed_again()
    {
        var server = await _hosts.StartAsync();
        var client = await StartAsync(AddressOf(server));
        for (var i = 0; i < 3; i++)
        {
            using var events = new EventLog(client);
            await HoldsWhileTimePassesAsync(() => client.Connections.IsConnected(server.Id));
            await client.Connections.DisconnectAsync(server.Id, Patience);
            await events.NextAsync<HostEvent.ConnectionClosed>();
        }

        await HoldsWhileTimePassesAsync(() => client.Connections.IsConnected(server.Id));
    }

    [Fact]
    public async Task With_enough_connections_nobody_is_dialed_until_one_is_lost()
    {
        var server = await _hosts.StartAsync();
        var other = await _hosts.StartAsync();
        var client = await _hosts.StartAsync(listen: false);
        await TestHosts.ConnectAsync(client, other);
        using var events = new EventLog(client);
        await using var service = NewService(client, new BootstrapOptions { Peers = [AddressOf(server)], MinConnections = 1 });
        await service.StartAsync(Patience);
        await client.Connections.DisconnectAsync(other.Id, Patience);
        await HoldsWhileTimePassesAsync(() => client.Connections.IsConnected(server.Id));

        // In this order, and not the other way round.
        Assert.Equal(other.Id, (await events.NextAsync<HostEvent.ConnectionClosed>()).Connection.RemotePeer);
        Assert.Equal(server.Id, (await events.NextAsync<HostEvent.ConnectionOpened>()).Connection.RemotePeer);
    }

    [Fact]
    public async Task Peers_that_do_not_answer_are_replaced_by_others_of_the_list()
    {
        var server = await _hosts.StartAsync();
        var client = await StartAsync(
            new BootstrapOptions { Peers = [Dead(NewPeer()), Dead(NewPeer()), AddressOf(server), Dead(NewPeer())], MinConnections = 1 });
        await Eventually.HoldsAsync(() => client.Connections.IsConnected(server.Id));
        Assert.Empty(_log.Of(NoneReachable));
    }

    [Fact]
    public async Task A_peers_next_address_is_tried_when_one_fails()
    {
        var server = await _hosts.StartAsync();
        var client = await StartAsync(Dead(server.Id), AddressOf(server));
        await Eventually.HoldsAsync(() => client.Connections.IsConnected(server.Id));
        Assert.Single(_log.Of(Failed));
    }

    [Fact]
    public async Task That_none_is_reachable_is_said_once_and_so_is_that_one_is_again()
    {
        var (key, peer) = NewIdentity();
        using var identity = key;
        var address = Address("/memory/4711").WithPeerId(peer);
        var client = await StartAsync(address);
        await HoldsWhileTimePassesAsync(() => _log.Of(Failed).Count >= 4);
        Assert.Contains("Check the network", Assert.Single(_log.Of(NoneReachable)));

        for (var i = 1; i <= 2; i++)
        {
            await using (await _hosts.StartAsync(builder => builder.WithIdentity(key).Listen("/memory/4711"), listen: false))
                await HoldsWhileTimePassesAsync(() => _log.Of(ReachableAgain).Count == i);
            await HoldsWhileTimePassesAsync(() => _log.Of(NoneReachable).Count == i + 1);
        }

        Assert.Equal(2, _log.Of(ReachableAgain).Count);
    }

    [Fact]
    public async Task Pauses_double_while_none_answers()
    {
        await StartAsync(new BootstrapOptions { Peers = [Dead(NewPeer())], RetryDelay = TimeSpan.FromSeconds(5) });
        var start = _time.GetUtcNow();
        var times = new List<double>();
        for (var round = 1; round <= 4; round++)
        {
            await HoldsWhileTimePassesAsync(() => _log.Of(Failed).Count >= round, TimeSpan.FromMilliseconds(250));
            times.Add((_time.GetUtcNow() - start).TotalSeconds);
        }

        // The clock runs on while a dial fails: pauses are at least as long as they should be.
        Assert.True(times[1] - times[0] >= 4.5 && times[2] - times[1] >= 9.5 && times[3] - times[2] >= 19.5, string.Join(' ', times));
    }

    [Fact]
    public async Task Stopping_gives_up_dials_and_pauses()
    {
        var client = await StartAsync(Dead(NewPeer()));
        await _log.LoggedAsync(NoneReachable);
        await client.DisposeAsync().AsTask().WaitAsync(Patience);
    }

    [Fact]
    public async Task The_host_itself_in_the_list_is_passed_over()
    {
        var client = await _hosts.StartAsync();
        await using var service = NewService(client, new BootstrapOptions { Peers = [AddressOf(client)] });
        await service.StartAsync(Patience);
    }

    [Fact]
    public async Task An_address_without_a_peer_ID_is_refused_with_what_to_add()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(Address("/ip4/1.1.1.1/tcp/4001")));
        Assert.Contains("/p2p/", failure.Message);
    }

    [Fact]
    public async Task It_may_be_ended_more_than_once()
    {
        var server = await _hosts.StartAsync();
        var client = await _hosts.StartAsync(listen: false);
        var service = NewService(client, new BootstrapOptions { Peers = [AddressOf(server)] });
        await service.StartAsync(Patience);
        await service.DisposeAsync();
        await service.DisposeAsync();
        Assert.Empty(_log.Of(Failed));
    }

    [Fact]
    public void The_public_peers_are_valid() => new BootstrapOptions { Peers = PublicBootstrapPeers.Ipfs }.Validate();

    private static Multiaddress AddressOf(IHost host) => host.Addresses[0].WithPeerId(host.Id);

    private static Multiaddress Dead(PeerId peer) => Address("/memory/999999").WithPeerId(peer);

    private Task<IHost> StartAsync(params Multiaddress[] peers) => StartAsync(new BootstrapOptions { Peers = [.. peers] });

    private Task<IHost> StartAsync(BootstrapOptions options) => _hosts.StartAsync(
        builder => builder
            .Configure(host => host with { Dial = new DialOptions { BackoffBase = TimeSpan.Zero } })
            .Use(host => NewService(host, options)),
        listen: false);

    private BootstrapService NewService(IHost host, BootstrapOptions options) => new(host, options, _log, _time, () => 0.5);

    // The service's clock only: hosts keep the system's.
    private async Task HoldsWhileTimePassesAsync(Func<bool> condition, TimeSpan? step = null) => await Eventually.HoldsAsync(() =>
    {
        if (condition()) return true;
        _time.Advance(step ?? TimeSpan.FromSeconds(30));
        return false;
    });
}
