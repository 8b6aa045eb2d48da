using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

public sealed class HostConnectTests
{
    [Fact]
    public async Task A_peer_is_found_through_the_peer_store()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        var discovered = new TaskCompletionSource<PeerId>();
        one.Discovered += discovered.SetResult;
        one.AddDiscovered(two.Id, two.Addresses);
        Assert.Equal(two.Id, await discovered.Task);
        var connection = await one.ConnectAsync(two.Id, Patience);
        Assert.Same(connection, await one.ConnectAsync(two.Id, Patience));
        Assert.Same(connection, await TestHosts.ConnectAsync(one, two));
        Assert.Equal([connection], one.Connections.All);
    }

    [Fact]
    public async Task An_address_without_an_identity_accepts_whoever_answers()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        Assert.Equal(two.Id, (await one.ConnectAsync(two.Addresses[0], Patience)).RemotePeer);
    }

    [Fact]
    public async Task Another_peer_at_the_address_is_an_error_and_leaves_nothing()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        var error = await Assert.ThrowsAsync<Libp2pException>(() => one.ConnectAsync(two.Addresses[0].WithPeerId(NewPeer()), Patience).AsTask());
        Assert.Equal(Libp2pError.WrongPeer, error.Error);
        Assert.Empty(one.Connections.All);
    }

    [Fact]
    public async Task A_host_does_not_connect_to_itself()
    {
        await using var hosts = new TestHosts();
        var one = await hosts.StartAsync();
        foreach (var dial in new Func<Task>[]
        {
            () => one.ConnectAsync(one.Id, Patience).AsTask(),
            () => one.ConnectAsync(one.Addresses[0].WithPeerId(one.Id), Patience).AsTask(),
            () => one.ConnectAsync(one.Addresses[0], Patience).AsTask(),
        })
        {
            Assert.Equal(Libp2pError.InvalidArgument, (await Assert.ThrowsAsync<Libp2pException>(dial)).Error);
        }

        Assert.Empty(one.Connections.All);
    }

    [Fact]
    public async Task An_unknown_peer_has_no_address()
    {
        await using var hosts = new TestHosts();
        var one = await hosts.StartAsync();
        Assert.Equal(Libp2pError.NoAddress, (await Assert.ThrowsAsync<Libp2pException>(() => one.ConnectAsync(NewPeer(), Patience).AsTask())).Error);
    }

    [Fact]
    public async Task Many_callers_get_one_connection()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        one.AddDiscovered(two.Id, two.Addresses);
        var connections = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
            i % 2 == 0 ? await one.ConnectAsync(two.Id, Patience) : await one.ConnectAsync(two.Addresses[0].WithPeerId(two.Id), Patience)));
        Assert.Single(connections.Distinct());
        Assert.Single(one.Connections.All);
    }

    [Fact]
    public async Task Dialing_each_other_at_once_works_whichever_connection_is_used()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        foreach (var host in new[] { one, two }) host.Handle("/echo/1", (stream, token) => stream.CopyToAsync(stream, token));
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(TestHosts.ConnectAsync(one, two), TestHosts.ConnectAsync(two, one));
            await Task.WhenAll(EchoAsync(one, two), EchoAsync(two, one));
            await Task.WhenAll(one.Connections.DisconnectAsync(two.Id, Patience).AsTask(), two.Connections.DisconnectAsync(one.Id, Patience).AsTask());

            // One end may finish a handshake only when the other disconnects already: it sees that connection end a little later.
            await Eventually.HoldsAsync(() => one.Connections.All.Count == 0 && two.Connections.All.Count == 0);
        }

        static async Task EchoAsync(IHost from, IHost to)
        {
            await using var stream = await from.OpenStreamAsync(to.Id, ["/echo/1"], Patience);
            await stream.WriteAsync("ping"u8.ToArray(), completeWrites: true, Patience);
            Assert.Equal("ping", await new StreamReader(stream).ReadToEndAsync(Patience));
        }
    }

    [Fact]
    public async Task The_end_of_a_connection_is_told_on_both_sides_after_it_has_left_the_tables()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        using var here = new EventLog(one);
        using var there = new EventLog(two);
        var connection = await TestHosts.ConnectAsync(one, two);
        Assert.Same(connection, (await here.NextAsync<HostEvent.ConnectionOpened>()).Connection);
        var accepted = (await there.NextAsync<HostEvent.ConnectionOpened>()).Connection;
        await connection.CloseAsync(Patience);
        Assert.True((await here.NextAsync<HostEvent.ConnectionClosed>()).Last);
        Assert.True((await there.NextAsync<HostEvent.ConnectionClosed>()).Last);
        Assert.Null(await connection.Closed);
        await accepted.Closed.WaitAsync(Patience);
        Assert.False(one.Connections.IsConnected(two.Id));
        Assert.False(two.Connections.IsConnected(one.Id));
        var again = await one.ConnectAsync(two.Id, Patience);
        Assert.NotEqual(connection.Id, again.Id);
    }

    [Fact]
    public async Task An_aborted_connection_tells_its_reason()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        var connection = await TestHosts.ConnectAsync(one, two);
        var reason = new InvalidOperationException("enough");
        connection.Abort(reason);
        Assert.Same(reason, await connection.Closed.WaitAsync(Patience));
        await Assert.ThrowsAsync<Libp2pException>(() => connection.OpenStreamAsync(["/x"], Patience).AsTask());
    }

    [Fact]
    public async Task Too_many_connections_are_pruned_except_protected_ones()
    {
        var time = new ManualTimeProvider();
        await using var hosts = new TestHosts();
        var center = await hosts.StartAsync(b => b.UseTime(time).Configure(o => o with { Connections = new() { LowWater = 2, HighWater = 3 } }));
        var others = new List<IHost>();
        using var events = new EventLog(center);
        for (var i = 0; i < 3; i++)
        {
            others.Add(await hosts.StartAsync());
            await TestHosts.ConnectAsync(center, others[i]);
        }

        center.Connections.Protect(others[0].Id, "friend");
        time.Advance(TimeSpan.FromSeconds(25));
        others.Add(await hosts.StartAsync());
        await TestHosts.ConnectAsync(center, others[3]);
        await events.NextAsync<HostEvent.ConnectionClosed>();
        await events.NextAsync<HostEvent.ConnectionClosed>();
        Assert.True(center.Connections.IsConnected(others[0].Id));
        Assert.True(center.Connections.IsConnected(others[3].Id));
        Assert.Equal(2, center.Connections.All.Count);
    }

    [Fact]
    public async Task A_refused_connection_costs_the_refused_peer_only()
    {
        await using var hosts = new TestHosts();
        var limited = await hosts.StartAsync(b => b.UseResources(new Libp2p.Resources.ResourceManager(new() { System = new() { InboundConnections = 1 } })));
        var (first, second) = (await hosts.StartAsync(), await hosts.StartAsync());
        await TestHosts.ConnectAsync(first, limited);
        await Assert.ThrowsAsync<Libp2pException>(() => TestHosts.ConnectAsync(second, limited));
        Assert.True(first.Connections.IsConnected(limited.Id));
    }
}
