using Causeway.Libp2p.Resources;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Resources;

public sealed class ResourceManagerTests
{
    [Fact]
    public void A_connection_counts_as_transient_until_its_peer_is_known()
    {
        var manager = new ResourceManager();
        var peer = NewPeer();
        using var connection = manager.OpenConnection(Direction.Inbound);
        Assert.True(connection.TryReserve(100));
        Assert.Equal(1, manager.TransientUsage.InboundConnections);
        Assert.Equal(1, manager.Usage.Connections);
        connection.Assign(peer);
        Assert.Equal(default, manager.TransientUsage);
        Assert.Equal(new ResourceUsage(1, 0, 0, 0, 100), manager.UsageOf(peer));
        Assert.Equal(new ResourceUsage(1, 0, 0, 0, 100), manager.Usage);
    }

    [Fact]
    public void Disposing_a_connection_gives_everything_back_once()
    {
        var manager = new ResourceManager();
        var peer = NewPeer();
        var connection = manager.OpenConnection(Direction.Outbound);
        connection.Assign(peer);
        connection.AddStream(Direction.Inbound);
        connection.AddStream(Direction.Outbound);
        connection.AddStream(Direction.Outbound);
        Assert.True(connection.TryReserve(1000));
        Assert.Equal(new ResourceUsage(0, 1, 1, 2, 1000), manager.Usage);
        connection.RemoveStream(Direction.Outbound);
        connection.Dispose();
        connection.Dispose();
        connection.RemoveStream(Direction.Inbound);
        connection.Release(1000);
        Assert.Equal(default, manager.Usage);
        Assert.Equal(default, manager.UsageOf(peer));
        Assert.False(connection.TryReserve(1));
        Assert.Throws<Libp2pException>(() => connection.AddStream(Direction.Inbound));
    }

    [Fact]
    public void The_systems_limit_holds_across_peers()
    {
        var manager = new ResourceManager(new ResourceOptions { System = new ScopeLimits { Connections = 2 } });
        var first = Open();
        using var second = Open();
        var error = Assert.Throws<Libp2pException>(() => manager.OpenConnection(Direction.Inbound));
        Assert.Equal(Libp2pError.ResourceLimit, error.Error);
        Assert.Contains("system", error.Message);
        Assert.Equal(default, manager.TransientUsage);
        first.Dispose();
        using var third = Open();

        ConnectionScope Open()
        {
            var connection = manager.OpenConnection(Direction.Outbound);
            try
            {
                // Moving from the transient to the peer's scope needs no second place in the system.
                connection.Assign(NewPeer());
                return connection;
            }
            catch (Libp2pException)
            {
                connection.Dispose();
                throw;
            }
        }
    }

    [Fact]
    public void A_peers_limit_does_not_touch_other_peers()
    {
        var manager = new ResourceManager(new ResourceOptions { Peer = new ScopeLimits { Connections = 1, Memory = 100, Streams = 2 } });
        var (one, other) = (NewPeer(), NewPeer());
        using var first = manager.OpenConnection(Direction.Inbound);
        first.Assign(one);
        using var second = manager.OpenConnection(Direction.Inbound);
        Assert.Contains("peer", Assert.Throws<Libp2pException>(() => second.Assign(one)).Message);
        second.Assign(other);

        Assert.True(first.TryReserve(100));
        Assert.False(first.TryReserve(1));
        Assert.True(second.TryReserve(100));
        first.AddStream(Direction.Inbound);
        first.AddStream(Direction.Outbound);
        Assert.Throws<Libp2pException>(() => first.AddStream(Direction.Inbound));
        second.AddStream(Direction.Inbound);
    }

    [Fact]
    public void Directions_have_their_own_limits()
    {
        var manager = new ResourceManager(new ResourceOptions
        {
            Transient = new ScopeLimits { InboundConnections = 1 },
            Connection = new ScopeLimits { InboundStreams = 1, OutboundStreams = 2, Memory = 10 },
        });
        using var inbound = manager.OpenConnection(Direction.Inbound);
        Assert.Throws<Libp2pException>(() => manager.OpenConnection(Direction.Inbound));
        using var outbound = manager.OpenConnection(Direction.Outbound);
        inbound.AddStream(Direction.Inbound);
        Assert.Contains("inbound", Assert.Throws<Libp2pException>(() => inbound.AddStream(Direction.Inbound)).Message);
        inbound.AddStream(Direction.Outbound);
        inbound.AddStream(Direction.Outbound);
        Assert.Throws<Libp2pException>(() => inbound.AddStream(Direction.Outbound));
        Assert.True(inbound.TryReserve(10));
        Assert.False(inbound.TryReserve(1));
        inbound.Release(4);
        Assert.True(inbound.TryReserve(4));
    }

    [Fact]
    public async Task Concurrent_use_keeps_the_books()
    {
        var manager = new ResourceManager(new ResourceOptions { System = new ScopeLimits { Connections = 8, Memory = 1000, Streams = 20 } });
        var peers = Enumerable.Range(0, 3).Select(_ => NewPeer()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 2000; i++)
            {
                try
                {
                    using var connection = manager.OpenConnection((Direction)random.Next(2));
                    if (connection.TryReserve(random.Next(400)) && random.Next(2) == 0) connection.Release(1);
                    connection.Assign(peers[random.Next(3)]);
                    connection.AddStream((Direction)random.Next(2));
                    Assert.InRange(manager.Usage.Connections, 0, 8);
                }
                catch (Libp2pException refused) when (refused.Error == Libp2pError.ResourceLimit)
                {
                    // The point is that refusals leave nothing behind.
                }
            }
        })));
        Assert.Equal(default, manager.Usage);
        Assert.Equal(default, manager.TransientUsage);
        Assert.All(peers, peer => Assert.Equal(default, manager.UsageOf(peer)));
    }

    [Fact]
    public void Negative_limits_are_refused() =>
        Assert.Throws<ArgumentException>(() => new ResourceManager(new ResourceOptions { Peer = new ScopeLimits { Streams = -1 } }));
}
