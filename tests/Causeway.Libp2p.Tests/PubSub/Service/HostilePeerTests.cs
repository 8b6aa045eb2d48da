using Causeway.Cryptography.Keys;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.PubSub;
using Causeway.Libp2p.PubSub.Messages;
using Causeway.Libp2p.PubSub.Wire;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Hosts;
using Causeway.Multiformats;

namespace Causeway.Libp2p.Tests.PubSub.Service;

/// <summary>A node against a host that speaks the protocol by hand.</summary>
public sealed class HostilePeerTests
{
    private const string Topic = "news";

    private static async Task<(IHost Attacker, Libp2pStream Stream)> AttackAsync(PubSubNodes nodes, PubSubNode victim, string protocol = "/meshsub/1.1.0")
    {
        var attacker = await nodes.Hosts.StartAsync();
        attacker.Handle(protocol, async (stream, token) => await stream.CopyToAsync(Stream.Null, token));
        await TestHosts.ConnectAsync(attacker, victim.Host);
        return (attacker, await attacker.OpenStreamAsync(victim.Host.Id, [protocol], Some.Patience));
    }

    private static byte[] Hello(params string[] topics)
    {
        var builder = new RpcBuilder(1 << 20);
        foreach (var topic in topics) builder.AddSubscription(topic, true);
        return builder.Complete().Single().Bytes.ToArray();
    }

    private static async Task AssertResetAsync(Libp2pStream stream)
    {
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            var buffer = new byte[1];
            while (await stream.ReadAsync(buffer, Some.Patience) > 0)
            {
            }

            // An end of data is not enough: the stream must be dead for writing too.
            while (true) await stream.WriteAsync(new byte[1000], Some.Patience);
        });
    }

    [Theory]
    [InlineData("ffffffffffffffffff01")] // a length beyond all limits
    [InlineData("818040")] // one byte above 1 MiB
    [InlineData("050102030405")] // not an RPC
    [InlineData("020801")] // a subscription that is a number
    public async Task A_malformed_or_oversized_RPC_costs_the_stream(string hex)
    {
        await using var nodes = new PubSubNodes();
        var victim = await nodes.StartAsync();
        var (attacker, stream) = await AttackAsync(nodes, victim);
        await stream.WriteAsync(Hello("mine"), Some.Patience);
        await stream.WriteAsync(Convert.FromHexString(hex), Some.Patience);
        await AssertResetAsync(stream);
        Assert.True(attacker.Connections.IsConnected(victim.Host.Id));
    }

    [Fact]
    public async Task A_forged_message_is_not_delivered_and_its_bringer_is_pruned_while_others_are_heard()
    {
        await using var nodes = new PubSubNodes();

        // What was counted against a peer stays, however long this takes.
        var strict = new PeerScoreParameters { OtherTopics = new TopicScoreParameters { InvalidMessageDeliveriesDecay = 0.999999 } };
        var victim = await nodes.StartAsync(new GossipSubOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100), Scoring = strict });
        var friend = await nodes.StartAsync();
        await using var subscription = victim.PubSub.Subscribe(Topic);
        await friend.ConnectAsync(victim);
        await friend.WaitForPeersAsync(Topic, 1);
        var (attacker, stream) = await AttackAsync(nodes, victim);
        await stream.WriteAsync(Hello(Topic), Some.Patience);
        await victim.WaitForPeersAsync(Topic, 1);
        using var key = PrivateKey.Generate();
        var author = PeerId.FromPublicKey(key.PublicKey);
        for (byte i = 0; i < 5; i++)
        {
            var raw = new MessageSigner(author, key, TimeProvider.System).Create(Topic, [i]).Raw.ToArray();
            raw[^1] ^= 1;
            await stream.WriteAsync(TestMessages.Frame(2, raw), Some.Patience);
        }

        // Graylisted: not even what is true is heard from it.
        await Eventually.HoldsAsync(() => victim.PubSub.ScoreOf(attacker.Id) < -80);
        await stream.WriteAsync(new MessageSigner(author, key, TimeProvider.System).Create(Topic, "late"u8).Frame.Bytes, Some.Patience);
        await friend.PublishAsync(Topic, "true");
        Assert.Equal(["true"], await PubSubNode.ReadAsync(subscription, 1));

        // The next heartbeat takes it out of the mesh.
        await Eventually.HoldsAsync(() => victim.PubSub.MeshOf(Topic).Count == 0);
    }

    [Fact]
    public async Task A_peer_that_never_reads_does_not_hold_up_the_others()
    {
        await using var nodes = new PubSubNodes();
        var options = new GossipSubOptions { OutboundQueueLength = 16, HeartbeatInterval = TimeSpan.FromMilliseconds(100) };
        var (victim, friend) = (await nodes.StartAsync(options), await nodes.StartAsync());
        var blocked = new TaskCompletionSource();
        var attacker = await nodes.Hosts.StartAsync();
        attacker.Handle("/meshsub/1.1.0", async (_, token) => await blocked.Task.WaitAsync(token));
        await TestHosts.ConnectAsync(attacker, victim.Host);
        var stream = await attacker.OpenStreamAsync(victim.Host.Id, ["/meshsub/1.1.0"], Some.Patience);
        await stream.WriteAsync(Hello(Topic), Some.Patience);
        await using var subscription = friend.PubSub.Subscribe(Topic);
        await friend.ConnectAsync(victim);
        await victim.WaitForPeersAsync(Topic, 2);

        // One at a time: the queue of the peer that never reads overflows, and that of the other never does.
        await using var received = subscription.ReadAllAsync(Some.Patience).GetAsyncEnumerator();
        for (var i = 0; i < 100; i++)
        {
            await victim.PubSub.PublishAsync(Topic, new byte[20_000], Some.Patience);
            Assert.True(await received.MoveNextAsync());
        }

        blocked.SetResult();
    }

    [Fact]
    public async Task Half_an_RPC_and_then_silence_ends_the_stream()
    {
        await using var nodes = new PubSubNodes();
        var clock = new ManualTimeProvider();
        var host = await nodes.Hosts.StartAsync();
        await using var pubSub = new GossipSub(host, null, clock);
        await pubSub.StartAsync(Some.Patience);
        var victim = new PubSubNode(host, pubSub);
        var (_, stream) = await AttackAsync(nodes, victim);
        await stream.WriteAsync(Hello("mine"), Some.Patience);
        await victim.WaitForPeersAsync("mine", 1);
        await stream.WriteAsync((byte[])[100, 1, 2], Some.Patience);
        var reset = AssertResetAsync(stream);
        while (!reset.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        await reset;
    }

    [Fact]
    public async Task A_second_stream_of_a_peer_replaces_the_first_and_its_topics()
    {
        await using var nodes = new PubSubNodes();
        var victim = await nodes.StartAsync();
        var (attacker, first) = await AttackAsync(nodes, victim);
        await first.WriteAsync(Hello("one"), Some.Patience);
        await victim.WaitForPeersAsync("one", 1);
        var second = await attacker.OpenStreamAsync(victim.Host.Id, ["/meshsub/1.1.0"], Some.Patience);
        await second.WriteAsync(Hello("two"), Some.Patience);
        await victim.WaitForPeersAsync("two", 1);
        Assert.Empty(victim.PubSub.PeersOf("one"));
        await AssertResetAsync(first);
    }

    [Fact]
    public async Task A_FloodSub_peer_hears_and_is_heard()
    {
        await using var nodes = new PubSubNodes();
        var node = await nodes.StartAsync();
        var flood = await nodes.Hosts.StartAsync();
        var (key, heard) = (flood.Identity, new TaskCompletionSource<byte[]>());
        flood.Handle("/floodsub/1.0.0", async (stream, token) =>
        {
            var bytes = new List<byte>();
            var buffer = new byte[1000];
            for (int read; (read = await stream.ReadAsync(buffer, token)) > 0;)
            {
                bytes.AddRange(buffer[..read]);
                if (System.Text.Encoding.UTF8.GetString([.. bytes]).Contains("to all")) heard.TrySetResult([.. bytes]);
            }
        });
        await TestHosts.ConnectAsync(flood, node.Host);
        await using var subscription = node.PubSub.Subscribe(Topic);
        var stream = await flood.OpenStreamAsync(node.Host.Id, ["/floodsub/1.0.0"], Some.Patience);
        await stream.WriteAsync(Hello(Topic), Some.Patience);
        await stream.WriteAsync(new MessageSigner(flood.Id, key, TimeProvider.System).Create(Topic, "from flood"u8).Frame.Bytes, Some.Patience);
        Assert.Equal(["from flood"], await PubSubNode.ReadAsync(subscription, 1));
        await node.WaitForPeersAsync(Topic, 1);
        await node.PublishAsync(Topic, "to all");
        await heard.Task.WaitAsync(Some.Patience);
        Assert.Empty(node.PubSub.MeshOf(Topic));
    }

    [Fact]
    public async Task A_stream_that_a_peer_resets_is_opened_again()
    {
        await using var nodes = new PubSubNodes();
        var victim = await nodes.StartAsync();
        await using var subscription = victim.PubSub.Subscribe(Topic);
        var peer = await nodes.Hosts.StartAsync();
        var streams = System.Threading.Channels.Channel.CreateUnbounded<Libp2pStream>();
        peer.Handle("/meshsub/1.1.0", async (stream, token) =>
        {
            streams.Writer.TryWrite(stream);
            await stream.CopyToAsync(Stream.Null, token);
        });
        await TestHosts.ConnectAsync(peer, victim.Host);
        var first = await streams.Reader.ReadAsync(Some.Patience);
        first.Abort();
        var second = await streams.Reader.ReadAsync(Some.Patience);
        Assert.NotEqual(first.Id, second.Id);
    }
}
