using Causeway.Libp2p.Connections.Managing;
using Causeway.Libp2p.Security;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Connections;

public sealed class ConnectionManagerTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ConnectionManager _manager;

    public ConnectionManagerTests() =>
        _manager = new ConnectionManager(new ConnectionManagerOptions { LowWater = 3, HighWater = 5, GracePeriod = TimeSpan.FromSeconds(20) }, _time);

    [Fact]
    public void The_best_connection_is_unlimited_and_oldest()
    {
        var peer = NewPeer();
        var limited = new FakeConnection(peer, _time.GetUtcNow()) { IsLimited = true };
        var later = new FakeConnection(peer, _time.GetUtcNow().AddSeconds(2));
        var earlier = new FakeConnection(peer, _time.GetUtcNow().AddSeconds(1));
        foreach (var connection in new[] { limited, later, earlier }) Assert.True(_manager.TryAdd(connection));
        Assert.Equal([earlier, later, limited], _manager.To(peer));
        Assert.Equal(3, _manager.All.Count);
        Assert.True(_manager.Remove(earlier, out var isLast));
        Assert.False(isLast);
        Assert.True(_manager.Remove(later, out isLast));
        Assert.True(_manager.Remove(limited, out isLast));
        Assert.True(isLast);
        Assert.False(_manager.Remove(limited, out _));
        Assert.False(_manager.IsConnected(peer));
        Assert.Empty(_manager.All);
    }

    [Fact]
    public void Pruning_starts_above_the_high_mark_and_goes_down_to_the_low_one_by_value()
    {
        var peers = Add(6);
        for (var i = 0; i < peers.Length; i++) _manager.Tag(peers[i], "use", i == 0 ? 100 : i);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal([peers[1], peers[2], peers[3]], _manager.SelectForPruning().Select(c => c.RemotePeer));
    }

    [Fact]
    public void Up_to_the_high_mark_nothing_is_pruned()
    {
        Add(5);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_manager.IsAboveHighWater);
        Assert.Empty(_manager.SelectForPruning());
    }

    [Fact]
    public void Young_and_protected_peers_are_spared()
    {
        var old = Add(4);
        _manager.Protect(old[0], "friend");
        _manager.Protect(old[1], "friend");
        _manager.Protect(old[1], "relay");
        _time.Advance(TimeSpan.FromSeconds(15));
        Add(4);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([old[2], old[3]], _manager.SelectForPruning().Select(c => c.RemotePeer));
        Assert.False(_manager.Unprotect(old[0], "friend"));
        Assert.True(_manager.Unprotect(old[1], "friend"));
        Assert.Equal([old[0], old[2], old[3]], _manager.SelectForPruning().Select(c => c.RemotePeer).Order(Comparer<PeerId>.Create((a, b) => Array.IndexOf(old, a) - Array.IndexOf(old, b))));
    }

    [Fact]
    public void Tags_add_up_replace_and_vanish()
    {
        var peers = Add(6);
        foreach (var peer in peers) _manager.Tag(peer, "base", 10);
        _manager.Tag(peers[5], "base", 1);
        _manager.Tag(peers[5], "extra", 1);
        _manager.Tag(peers[4], "extra", -5);
        _manager.Tag(peers[3], "base", 0);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal([peers[3], peers[5], peers[4]], _manager.SelectForPruning().Select(c => c.RemotePeer));
    }

    [Fact]
    public void Among_equals_those_who_came_go_before_those_we_sought_and_quiet_before_busy()
    {
        var sought = NewPeer();
        _manager.TryAdd(new FakeConnection(sought, _time.GetUtcNow(), ConnectionRole.Initiator));
        var busy = NewPeer();
        _manager.TryAdd(new FakeConnection(busy, _time.GetUtcNow()) { StreamCount = 5 });
        Add(4);
        _time.Advance(TimeSpan.FromSeconds(20));
        var pruned = _manager.SelectForPruning().Select(c => c.RemotePeer).ToArray();
        Assert.Equal(3, pruned.Length);
        Assert.DoesNotContain(sought, pruned);
        Assert.DoesNotContain(busy, pruned);
    }

    [Fact]
    public void Of_two_idle_connections_both_ends_choose_the_same_one()
    {
        var (us, them) = (NewPeer(), NewPeer());
        var here = new ConnectionManager(new ConnectionManagerOptions(), _time);
        var there = new ConnectionManager(new ConnectionManagerOptions(), _time);
        here.TryAdd(new FakeConnection(them, _time.GetUtcNow(), ConnectionRole.Initiator));
        here.TryAdd(new FakeConnection(them, _time.GetUtcNow(), ConnectionRole.Responder));
        there.TryAdd(new FakeConnection(us, _time.GetUtcNow(), ConnectionRole.Responder));
        there.TryAdd(new FakeConnection(us, _time.GetUtcNow(), ConnectionRole.Initiator));
        Assert.Empty(here.SelectRedundant(us));
        _time.Advance(TimeSpan.FromSeconds(20));
        var ours = Assert.Single(here.SelectRedundant(us));
        var theirs = Assert.Single(there.SelectRedundant(them));
        Assert.NotEqual(ours.Role, theirs.Role);
    }

    [Fact]
    public async Task Disconnecting_closes_every_connection_to_a_peer()
    {
        var peer = NewPeer();
        var connections = Enumerable.Range(0, 3).Select(_ => new FakeConnection(peer, _time.GetUtcNow())).ToArray();
        foreach (var connection in connections) _manager.TryAdd(connection);
        await _manager.DisconnectAsync(peer, Patience);
        Assert.All(connections, c => Assert.True(c.Closed.IsCompleted));
    }

    [Fact]
    public void A_closed_table_takes_no_more()
    {
        Add(2);
        Assert.Equal(2, _manager.Close().Count);
        Assert.False(_manager.TryAdd(new FakeConnection(NewPeer(), _time.GetUtcNow())));
    }

    private PeerId[] Add(int count)
    {
        var peers = Enumerable.Range(0, count).Select(_ => NewPeer()).ToArray();
        foreach (var peer in peers) Assert.True(_manager.TryAdd(new FakeConnection(peer, _time.GetUtcNow())));
        return peers;
    }
}
