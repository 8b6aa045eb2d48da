using System.Globalization;
using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Peers;
using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Libp2p.Tests.Support;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.PubSub.Service;

/// <summary>Peers that meet through a relay and then connect directly.</summary>
public sealed class PathChangeTests
{
    private const string Topic = "news";
    private const int Messages = 300;

    private static readonly GossipSubOptions Options = new() { AllowLimited = true, HeartbeatInterval = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public async Task Streams_move_to_the_direct_connection_without_losing_a_message()
    {
        await using var nodes = new PubSubNodes();
        var (a, b) = (await StartAsync(nodes, Options), await StartAsync(nodes, Options));
        await using var heardByA = a.PubSub.Subscribe(Topic, new SubscriptionOptions { DeliverOwn = false });
        await using var heardByB = b.PubSub.Subscribe(Topic, new SubscriptionOptions { DeliverOwn = false });
        var relayed = await a.Host.ConnectAsync(Address($"/memory/{b.Host.Id}r/p2p-circuit/p2p/{b.Host.Id}"), Patience);
        await a.PubSub.WaitForMeshAsync(Topic, Patience);
        await b.PubSub.WaitForMeshAsync(Topic, Patience);
        var atA = PubSubNode.ReadAsync(heardByA, Messages);
        var atB = PubSubNode.ReadAsync(heardByB, Messages);
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var publishing = Task.WhenAll(PublishAsync(a, half, moved.Task), PublishAsync(b, null, moved.Task));
        await half.Task;
        var direct = await ConnectDirectlyAsync(a, b);
        await Eventually.HoldsAsync(() => relayed.StreamCount == 0 && b.Host.Connections.To(a.Host.Id).Where(c => c.IsRelayed).All(c => c.StreamCount == 0));
        moved.SetResult();
        await publishing;
        Assert.Equal(Expected, (await atA).Order());
        Assert.Equal(Expected, (await atB).Order());
        await relayed.CloseAsync(Patience);
        await a.PublishAsync(Topic, "on");
        Assert.Equal(["on"], await PubSubNode.ReadAsync(heardByB, 1));
        Assert.True(direct.StreamCount >= 2);
    }

    [Fact]
    public async Task Limited_connections_are_left_alone_unless_the_options_say_otherwise()
    {
        await using var nodes = new PubSubNodes();
        var without = Options with { AllowLimited = false };
        var (a, b) = (await StartAsync(nodes, without), await StartAsync(nodes, without));
        await using var subscription = b.PubSub.Subscribe(Topic);
        using var events = new EventLog(a.Host);
        var relayed = await a.Host.ConnectAsync(Address($"/memory/{b.Host.Id}r/p2p-circuit/p2p/{b.Host.Id}"), Patience);
        await events.NextAsync<HostEvent.PeerIdentified>();
        await Eventually.HoldsAsync(() => relayed.StreamCount == 0);
        Assert.Empty(a.PubSub.PeersOf(Topic));
        await ConnectDirectlyAsync(a, b);
        await a.WaitForPeersAsync(Topic, 1);
    }

    private static IEnumerable<string> Expected => Enumerable.Range(0, Messages).Select(static i => i.ToString("000", CultureInfo.InvariantCulture));

    private static ValueTask<IConnection> ConnectDirectlyAsync(PubSubNode from, PubSubNode to)
    {
        from.Host.Peers.AddAddresses(to.Host.Id, to.Host.Addresses, AddressLifetime.Permanent);
        return from.Host.ConnectAsync(to.Host.Id, new ConnectOptions { RequireDirect = true }, Patience);
    }

    private static Task<PubSubNode> StartAsync(PubSubNodes nodes, GossipSubOptions options)
    {
        var (key, id) = NewIdentity();
        return nodes.StartAsync(
            options,
            builder => builder.WithIdentity(key).UseTransport(new RelayedMemoryTransport(nodes.Hosts.Network, isLimited: true)).Listen($"/memory/{id}r/p2p-circuit"));
    }

    private static async Task PublishAsync(PubSubNode node, TaskCompletionSource? half, Task moved)
    {
        foreach (var (index, text) in Expected.Index())
        {
            // The last third goes out after the move, whatever the machine's pace.
            if (index == Messages * 2 / 3) await moved;
            await node.PublishAsync(Topic, text);
            if (index == Messages / 3) half?.SetResult();
        }
    }
}
