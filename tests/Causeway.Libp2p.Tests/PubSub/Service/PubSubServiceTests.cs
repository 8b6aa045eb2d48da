using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.Tests.Hosts;

namespace Causeway.Libp2p.Tests.PubSub.Service;

public sealed class PubSubServiceTests
{
    private const string Topic = "news";

    [Fact]
    public async Task Two_peers_that_share_a_topic_hear_each_other()
    {
        await using var nodes = new PubSubNodes();
        var (a, b) = (await nodes.StartAsync(), await nodes.StartAsync());
        await using var heardByA = a.PubSub.Subscribe(Topic);
        await using var heardByB = b.PubSub.Subscribe(Topic);
        await a.ConnectAsync(b);
        await a.PubSub.WaitForMeshAsync(Topic, Some.Patience);
        await b.PubSub.WaitForMeshAsync(Topic, Some.Patience);
        await a.PublishAsync(Topic, "hello");
        Assert.Equal(["hello"], await PubSubNode.ReadAsync(heardByA, 1));
        Assert.Equal(["hello"], await PubSubNode.ReadAsync(heardByB, 1));
        await b.PublishAsync(Topic, "hi");
        Assert.Equal(["hi"], await PubSubNode.ReadAsync(heardByA, 1));
        Assert.Equal([b.Host.Id], a.PubSub.PeersOf(Topic));
        Assert.Equal([b.Host.Id], a.PubSub.MeshOf(Topic));
    }

    [Fact]
    public async Task A_message_says_who_wrote_it_and_who_brought_it()
    {
        await using var nodes = new PubSubNodes();
        var line = await nodes.StartAsync(3);
        var subscriptions = line.Select(n => n.PubSub.Subscribe(Topic)).ToArray();
        await line[0].ConnectAsync(line[1]);
        await line[1].ConnectAsync(line[2]);
        foreach (var node in line) await node.PubSub.WaitForMeshAsync(Topic, Some.Patience);
        await line[0].PublishAsync(Topic, "x");
        await using var reader = subscriptions[2].ReadAllAsync(Some.Patience).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal(line[0].Host.Id, reader.Current.From);
        Assert.Equal(line[1].Host.Id, reader.Current.ReceivedFrom);
        Assert.Equal(Topic, reader.Current.Topic);
        Assert.NotEqual(0ul, reader.Current.SequenceNumber);
    }

    [Fact]
    public async Task Twenty_peers_in_a_mesh_hear_a_publisher_in_order_and_without_duplicates()
    {
        await using var nodes = new PubSubNodes();
        var all = await nodes.StartAsync(20);
        var subscriptions = all.Select(n => n.PubSub.Subscribe(Topic)).ToArray();
        await ConnectAsync(all, 1, 2, 5);

        foreach (var node in all) await node.PubSub.WaitForMeshAsync(Topic, Some.Patience);
        await Task.WhenAll(all.Skip(1).Select(n => n.WaitForPeersAsync(Topic, 1)));
        var readers = subscriptions.Select(s => PubSubNode.ReadAsync(s, 100)).ToArray();
        for (var i = 0; i < 100; i++) await all[7].PublishAsync(Topic, $"{i}");
        foreach (var texts in await Task.WhenAll(readers)) Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}").Order(), texts.Order());
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), await readers[7]);
    }

    // A ring with chords: everybody has equally many neighbours, and nobody enough to prune one.
    private static async Task ConnectAsync(PubSubNode[] nodes, params int[] steps)
    {
        for (var i = 0; i < nodes.Length; i++)
        {
            foreach (var step in steps) await nodes[i].ConnectAsync(nodes[(i + step) % nodes.Length]);
        }
    }

    [Fact]
    public async Task Peers_come_and_go_with_their_subscriptions_and_connections()
    {
        await using var nodes = new PubSubNodes();
        var (a, b, c) = (await nodes.StartAsync(), await nodes.StartAsync(), await nodes.StartAsync());
        var changes = System.Threading.Channels.Channel.CreateUnbounded<TopicPeerChange>();
        a.PubSub.PeerChanged += c => changes.Writer.TryWrite(c);
        await using var staying = c.PubSub.Subscribe(Topic);
        var subscription = b.PubSub.Subscribe(Topic);
        await a.ConnectAsync(b);
        Assert.Equal(new TopicPeerChange(Topic, b.Host.Id, true), await changes.Reader.ReadAsync(Some.Patience));
        await subscription.DisposeAsync();
        Assert.Equal(new TopicPeerChange(Topic, b.Host.Id, false), await changes.Reader.ReadAsync(Some.Patience));
        await a.ConnectAsync(c);
        Assert.Equal(new TopicPeerChange(Topic, c.Host.Id, true), await changes.Reader.ReadAsync(Some.Patience));
        await a.Host.Connections.DisconnectAsync(c.Host.Id, Some.Patience);
        Assert.Equal(new TopicPeerChange(Topic, c.Host.Id, false), await changes.Reader.ReadAsync(Some.Patience));
        Assert.Empty(a.PubSub.PeersOf(Topic));
    }

    [Fact]
    public async Task Pub_sub_that_starts_after_the_connection_finds_its_peers()
    {
        await using var nodes = new PubSubNodes();
        var a = await nodes.StartAsync();
        var late = await nodes.Hosts.StartAsync();
        await TestHosts.ConnectAsync(late, a.Host);
        await using var subscription = a.PubSub.Subscribe(Topic);
        await using var pubSub = new GossipSub(late);
        await pubSub.StartAsync(Some.Patience);
        await using var other = pubSub.Subscribe(Topic);
        await pubSub.WaitForMeshAsync(Topic, Some.Patience);
        await a.PubSub.WaitForMeshAsync(Topic, Some.Patience);
        await a.PublishAsync(Topic, "welcome");
        Assert.Equal(["welcome"], await PubSubNode.ReadAsync(other, 1));
    }

    [Fact]
    public async Task A_publisher_needs_no_subscription()
    {
        await using var nodes = new PubSubNodes();
        var (a, b) = (await nodes.StartAsync(), await nodes.StartAsync());
        await using var subscription = b.PubSub.Subscribe(Topic);
        await a.ConnectAsync(b);
        await a.WaitForPeersAsync(Topic, 1);
        await a.PublishAsync(Topic, "x");
        Assert.Equal(["x"], await PubSubNode.ReadAsync(subscription, 1));
    }

    [Fact]
    public async Task Subscriptions_of_one_topic_are_independent_and_the_last_one_leaves_it()
    {
        await using var nodes = new PubSubNodes();
        var (a, b) = (await nodes.StartAsync(), await nodes.StartAsync());
        var first = a.PubSub.Subscribe(Topic);
        var second = a.PubSub.Subscribe(Topic, new SubscriptionOptions { DeliverOwn = false });
        await a.ConnectAsync(b);
        await b.WaitForPeersAsync(Topic, 1);
        await a.PublishAsync(Topic, "own");
        await b.PublishAsync(Topic, "other");
        Assert.Equal(["own", "other"], await PubSubNode.ReadAsync(first, 2));
        Assert.Equal(["other"], await PubSubNode.ReadAsync(second, 1));
        await first.DisposeAsync();
        await b.PublishAsync(Topic, "more");
        Assert.Equal(["more"], await PubSubNode.ReadAsync(second, 1));
        var left = new TaskCompletionSource();
        b.PubSub.PeerChanged += c => left.TrySetResult();
        await second.DisposeAsync();
        await left.Task.WaitAsync(Some.Patience);
        Assert.Empty(b.PubSub.PeersOf(Topic));
        Assert.Empty(await PubSubNode.ReadAsync(first, 1));
    }

    [Fact]
    public async Task A_slow_reader_loses_the_oldest_messages_only()
    {
        await using var nodes = new PubSubNodes();
        var a = await nodes.StartAsync();
        await using var slow = a.PubSub.Subscribe(Topic, new SubscriptionOptions { QueueCapacity = 3 });
        await using var quick = a.PubSub.Subscribe(Topic);
        for (var i = 0; i < 10; i++) await a.PublishAsync(Topic, $"{i}");
        Assert.Equal(10, (await PubSubNode.ReadAsync(quick, 10)).Count);
        Assert.Equal(["7", "8", "9"], await PubSubNode.ReadAsync(slow, 3));
    }

    [Fact]
    public async Task A_validator_decides_what_is_delivered_and_what_its_bringer_is_worth()
    {
        await using var nodes = new PubSubNodes();
        var (a, b) = (await nodes.StartAsync(), await nodes.StartAsync());
        using var validator = b.PubSub.SetValidator(Topic, async (message, token) =>
        {
            await Task.Yield();
            return message.Data.Span[0] switch { (byte)'r' => ValidationResult.Reject, (byte)'i' => ValidationResult.Ignore, _ => ValidationResult.Accept };
        });
        await using var subscription = b.PubSub.Subscribe(Topic);
        await a.ConnectAsync(b);
        await a.WaitForPeersAsync(Topic, 1);
        foreach (var text in (string[])["good", "ignored", "rejected", "fine"]) await a.PublishAsync(Topic, text);
        Assert.Equal(["good", "fine"], await PubSubNode.ReadAsync(subscription, 2));
        Assert.True(b.PubSub.ScoreOf(a.Host.Id) < 0);
        Assert.Throws<InvalidOperationException>(() => b.PubSub.SetValidator(Topic, (_, _) => new(ValidationResult.Accept)));
    }

    [Fact]
    public async Task Messages_of_one_author_keep_their_order_through_an_asynchronous_validator()
    {
        await using var nodes = new PubSubNodes();
        var (a, b) = (await nodes.StartAsync(), await nodes.StartAsync());
        var calls = 0;
        using var validator = b.PubSub.SetValidator(Topic, async (_, _) =>
        {
            for (var i = Interlocked.Increment(ref calls) % 7; i > 0; i--) await Task.Yield();
            return ValidationResult.Accept;
        });
        await using var subscription = b.PubSub.Subscribe(Topic);
        await a.ConnectAsync(b);
        await a.WaitForPeersAsync(Topic, 1);
        for (var i = 0; i < 200; i++) await a.PublishAsync(Topic, $"{i}");
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), await PubSubNode.ReadAsync(subscription, 200));
    }

    [Fact]
    public async Task Messages_of_one_author_keep_their_order_whatever_their_sizes()
    {
        await using var nodes = new PubSubNodes();
        var (a, b) = (await nodes.StartAsync(), await nodes.StartAsync());
        await using var subscription = b.PubSub.Subscribe(Topic);
        await a.ConnectAsync(b);
        await a.WaitForPeersAsync(Topic, 1);

        // Large ones are verified beside the router, small ones known in the process at once.
        var texts = Enumerable.Range(0, 500).Select(i => $"{i} {new string('x', i % 3 == 0 ? 10_000 : 1)}").ToArray();
        await Task.WhenAll(texts.Select(t => a.PublishAsync(Topic, t).AsTask()));
        Assert.Equal(texts, await PubSubNode.ReadAsync(subscription, texts.Length));
    }

    [Fact]
    public async Task A_validator_that_throws_means_ignore()
    {
        await using var nodes = new PubSubNodes();
        var (a, b) = (await nodes.StartAsync(), await nodes.StartAsync());
        await using var subscription = b.PubSub.Subscribe(Topic);
        await a.ConnectAsync(b);
        await a.WaitForPeersAsync(Topic, 1);
        using (b.PubSub.SetValidator(Topic, (m, _) => m.Data.Length == 1 ? throw new InvalidDataException() : new(ValidationResult.Accept)))
        {
            await a.PublishAsync(Topic, "x");
            await a.PublishAsync(Topic, "long");
            Assert.Equal(["long"], await PubSubNode.ReadAsync(subscription, 1));
        }

        await a.PublishAsync(Topic, "y");
        Assert.Equal(["y"], await PubSubNode.ReadAsync(subscription, 1));
        Assert.True(b.PubSub.ScoreOf(a.Host.Id) >= 0);
    }

    [Fact]
    public async Task Publishing_what_is_too_large_or_what_our_validator_refuses_fails()
    {
        await using var nodes = new PubSubNodes();
        var a = await nodes.StartAsync();
        var large = await Assert.ThrowsAsync<Libp2pException>(async () => await a.PubSub.PublishAsync(Topic, new byte[1 << 20], Some.Patience));
        Assert.Equal(Libp2pError.InvalidArgument, large.Error);
        using var validator = a.PubSub.SetValidator(Topic, (_, _) => new(ValidationResult.Ignore));
        var refused = await Assert.ThrowsAsync<Libp2pException>(async () => await a.PublishAsync(Topic, "x"));
        Assert.Equal(Libp2pError.InvalidArgument, refused.Error);
        await Assert.ThrowsAsync<Libp2pException>(async () => await a.PublishAsync(new string('t', 2000), "x"));
    }

    [Fact]
    public async Task The_largest_message_arrives()
    {
        await using var nodes = new PubSubNodes();
        var (a, b) = (await nodes.StartAsync(), await nodes.StartAsync());
        await using var subscription = b.PubSub.Subscribe(Topic);
        await a.ConnectAsync(b);
        await a.WaitForPeersAsync(Topic, 1);
        var data = new byte[(1 << 20) - 200];
        Random.Shared.NextBytes(data);
        await a.PubSub.PublishAsync(Topic, data, Some.Patience);
        await using var reader = subscription.ReadAllAsync(Some.Patience).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        Assert.True(data.AsSpan().SequenceEqual(reader.Current.Data.Span));
    }

    [Fact]
    public async Task Disposing_ends_subscriptions_and_waits_and_the_peers_notice()
    {
        await using var nodes = new PubSubNodes();
        var (a, b) = (await nodes.StartAsync(), await nodes.StartAsync());
        var subscription = a.PubSub.Subscribe(Topic);
        await using var other = b.PubSub.Subscribe(Topic);
        await a.ConnectAsync(b);
        await b.WaitForPeersAsync(Topic, 1);
        var waiting = a.PubSub.WaitForMeshAsync("elsewhere", Some.Patience);
        var left = new TaskCompletionSource();
        b.PubSub.PeerChanged += c => left.TrySetResult();
        await a.PubSub.DisposeAsync();
        Assert.Empty(await PubSubNode.ReadAsync(subscription, 1));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await a.PublishAsync(Topic, "x"));
        Assert.Throws<ObjectDisposedException>(() => a.PubSub.Subscribe(Topic));
        await a.Host.DisposeAsync();
        await left.Task.WaitAsync(Some.Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_peer_that_leaves_and_comes_again_under_its_identity_is_meshed_at_once(bool whileTheOldConnectionHolds)
    {
        await using var nodes = new PubSubNodes();
        var (key, id) = Some.NewIdentity();

        // So long that no back-off ends within the test.
        var options = new GossipSubOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100), UnsubscribeBackoff = TimeSpan.FromMinutes(30), PruneBackoff = TimeSpan.FromHours(1) };
        var stays = await nodes.StartAsync(options);
        await using var heard = stays.PubSub.Subscribe(Topic);
        var before = await nodes.StartAsync(options, builder => builder.WithIdentity(key));
        var left = before.PubSub.Subscribe(Topic);
        await before.ConnectAsync(stays);
        await stays.PubSub.WaitForMeshAsync(Topic, Some.Patience);
        await before.PubSub.WaitForMeshAsync(Topic, Some.Patience);
        await left.DisposeAsync();
        await Eventually.HoldsAsync(() => stays.PubSub.MeshOf(Topic).Count == 0);
        if (!whileTheOldConnectionHolds) await EndAsync();
        var again = await nodes.StartAsync(options, builder => builder.WithIdentity(key));
        await using var subscription = again.PubSub.Subscribe(Topic);
        await again.ConnectAsync(stays);
        if (whileTheOldConnectionHolds) await EndAsync();
        await Eventually.HoldsAsync(() => stays.PubSub.MeshOf(Topic).Contains(id) && again.PubSub.MeshOf(Topic).Count == 1);
        await stays.PublishAsync(Topic, "welcome back");
        Assert.Equal(["welcome back"], await PubSubNode.ReadAsync(subscription, 1));

        async Task EndAsync()
        {
            await before.PubSub.DisposeAsync();
            await before.Host.DisposeAsync();
            if (!whileTheOldConnectionHolds) await Eventually.HoldsAsync(() => !stays.Host.Connections.IsConnected(id));
        }
    }

    [Fact]
    public async Task Fifty_peers_in_one_process_mesh_and_chat()
    {
        await using var nodes = new PubSubNodes();
        var all = await nodes.StartAsync(Soak.Count(50, 200), new GossipSubOptions());
        var subscriptions = all.Select(n => n.PubSub.Subscribe(Topic)).ToArray();
        await ConnectAsync(all, 1, 7, 13, 19);
        await Task.WhenAll(all.Select(n => n.PubSub.WaitForMeshAsync(Topic, Some.Patience)));
        var readers = subscriptions.Select(s => PubSubNode.ReadAsync(s, all.Length)).ToArray();
        foreach (var node in all) await node.PublishAsync(Topic, node.Host.Id.ToString());
        var expected = all.Select(n => n.Host.Id.ToString()).Order().ToArray();
        foreach (var texts in await Task.WhenAll(readers)) Assert.Equal(expected, texts.Order());
    }
}
