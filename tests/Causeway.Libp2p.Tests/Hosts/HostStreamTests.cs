using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Streams;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

public sealed class HostStreamTests
{
    [Fact]
    public async Task The_first_common_protocol_is_spoken_before_and_after_identify()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        two.Handle("/p/2", AnswerAsync);
        two.Handle("/p/1", AnswerAsync);
        using var events = new EventLog(one);
        one.AddDiscovered(two.Id, two.Addresses);
        Assert.Equal("/p/2", await AskAsync(one, two, "/p/3", "/p/2", "/p/1"));
        await events.NextAsync<HostEvent.PeerIdentified>();
        Assert.Equal("/p/2", await AskAsync(one, two, "/p/3", "/p/2", "/p/1"));
        Assert.Equal("/p/1", await AskAsync(one, two, "/p/1", "/p/2"));
    }

    [Fact]
    public async Task What_is_written_first_may_come_back_before_all_of_it_has_left()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        two.Handle("/echo/1", (stream, token) => stream.CopyToAsync(stream, token));
        var connection = await TestHosts.ConnectAsync(one, two);
        await using var stream = await connection.OpenStreamAsync(["/echo/1"], Patience);

        // More than both directions hold while nobody reads.
        var sent = new byte[32 << 20];
        new Random(1).NextBytes(sent);
        var writing = stream.WriteAsync(sent, completeWrites: true, Patience).AsTask();
        var received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received, Patience);
        await writing;
        Assert.Equal(sent, received);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Patience));
    }

    [Fact]
    public async Task What_is_known_of_a_peer_saves_the_negotiation()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        using var events = new EventLog(one);
        await TestHosts.ConnectAsync(one, two);
        await events.NextAsync<HostEvent.PeerIdentified>();

        // Only an optimistic stream opens although nobody serves the protocol; a negotiated one would be refused here.
        one.Peers.SetProtocols(two.Id, ["/p/1"]);
        await using var stream = await one.OpenStreamAsync(two.Id, ["/p/0", "/p/1"], Patience);
        Assert.Equal("/p/1", stream.Protocol);
    }

    [Fact]
    public async Task A_protocol_that_nobody_serves_is_refused()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        await TestHosts.ConnectAsync(one, two);
        var error = await Assert.ThrowsAsync<Libp2pException>(() => one.OpenStreamAsync(two.Id, ["/no/1", "/no/2"], Patience).AsTask());
        Assert.Equal(Libp2pError.ProtocolNotSupported, error.Error);
        await using var optimistic = await one.OpenStreamAsync(two.Id, ["/no/1"], Patience);
        error = await Assert.ThrowsAsync<Libp2pException>(() => optimistic.ReadAsync(new byte[1], Patience).AsTask());
        Assert.Equal(Libp2pError.ProtocolNotSupported, error.Error);
        Assert.True(one.Connections.IsConnected(two.Id));
    }

    [Fact]
    public async Task A_protocol_is_served_once_and_until_it_is_disposed()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        var served = two.Handle("/p/1", AnswerAsync);
        Assert.Throws<InvalidOperationException>(() => two.Handle("/p/1", AnswerAsync));
        await TestHosts.ConnectAsync(one, two);
        Assert.Equal("/p/1", await AskAsync(one, two, "/p/1"));
        served.Dispose();
        served.Dispose();
        await Assert.ThrowsAsync<Libp2pException>(() => AskAsync(one, two, "/p/1"));
        Assert.DoesNotContain("/p/1", two.Protocols);
        using var again = two.Handle("/p/1", AnswerAsync);
        Assert.Equal("/p/1", await AskAsync(one, two, "/p/1"));
    }

    [Fact]
    public async Task A_handler_that_throws_resets_its_stream_and_nothing_else()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        two.Handle("/bad/1", (_, _) => throw new InvalidOperationException("a bug"));
        two.Handle("/good/1", AnswerAsync);
        await TestHosts.ConnectAsync(one, two);
        await using var stream = await one.OpenStreamAsync(two.Id, ["/bad/1"], Patience);
        await stream.WriteAsync(new byte[10], Patience);
        var error = await Assert.ThrowsAsync<Libp2pException>(async () => await stream.ReadExactlyAsync(new byte[1], Patience));
        Assert.Equal(Libp2pError.StreamReset, error.Error);
        Assert.Equal("/good/1", await AskAsync(one, two, "/good/1"));
    }

    [Fact]
    public async Task A_peer_gets_only_so_many_streams_of_a_protocol()
    {
        await using var hosts = new TestHosts();
        var (one, two, three) = (await hosts.StartAsync(), await hosts.StartAsync(), await hosts.StartAsync());
        two.Handle("/wait/1", WaitAsync, new ProtocolOptions { MaxInboundStreamsPerPeer = 2 });
        foreach (var host in new[] { one, three }) await TestHosts.ConnectAsync(host, two);
        var first = await OpenAsync(one);
        await using var second = await OpenAsync(one);
        await using var refused = await one.OpenStreamAsync(two.Id, ["/wait/1"], Patience);
        await refused.WriteAsync(new byte[1], Patience);
        Assert.Equal(Libp2pError.StreamReset, (await Assert.ThrowsAsync<Libp2pException>(async () => await refused.ReadExactlyAsync(new byte[1], Patience))).Error);
        await using var elsewhere = await OpenAsync(three);

        first.CompleteWrites();
        Assert.Equal(0, await first.ReadAsync(new byte[1], Patience));
        await first.DisposeAsync();
        await using var next = await OpenAsync(one);

        async Task<Libp2pStream> OpenAsync(IHost from)
        {
            var stream = await from.OpenStreamAsync(two.Id, ["/wait/1"], Patience);
            await stream.WriteAsync(new byte[1], Patience);
            await stream.ReadExactlyAsync(new byte[1], Patience);
            return stream;
        }

        // Echoes one byte and then waits for the end.
        static async Task WaitAsync(Libp2pStream stream, CancellationToken token)
        {
            var buffer = new byte[1];
            while (await stream.ReadAsync(buffer, token) > 0) await stream.WriteAsync(buffer, token);
        }
    }

    [Fact]
    public async Task A_place_is_free_again_when_the_end_of_its_stream_arrives()
    {
        await using var hosts = new TestHosts();
        var two = await hosts.StartAsync();
        two.Handle("/once/1", (stream, token) => stream.ReadExactlyAsync(new byte[1], token).AsTask(), new ProtocolOptions { MaxInboundStreamsPerPeer = 1 });

        // Several at once, so that threads are interrupted wherever they are.
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            var one = await hosts.StartAsync();
            await TestHosts.ConnectAsync(one, two);
            for (var i = 0; i < 200; i++)
            {
                await using var stream = await one.OpenStreamAsync(two.Id, ["/once/1"], Patience);
                await stream.WriteAsync(new byte[1], completeWrites: true, Patience);
                Assert.Equal(0, await stream.ReadAsync(new byte[1], Patience));
            }
        }));
    }

    [Fact]
    public async Task A_stream_whose_protocol_is_never_named_is_reset_in_time()
    {
        var time = new ManualTimeProvider();
        await using var hosts = new TestHosts();
        var one = await hosts.StartAsync();
        var resources = new ResourceManager();
        var two = await hosts.StartAsync(b => b.UseTime(time).UseResources(resources));
        using var events = new EventLog(two);
        await TestHosts.ConnectAsync(one, two);
        await events.NextAsync<HostEvent.PeerIdentified>();
        var muxer = ((Libp2p.Connections.Connection)one.Connections.All[0]).Upgraded.Muxer;
        await using var stream = await muxer.OpenStreamAsync(Patience);
        await stream.WriteAsync("\u0013/multistream/1.0.0\n"u8.ToArray(), Patience);
        var answer = new byte[20];
        await stream.ReadExactlyAsync(answer, Patience);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Libp2pError.StreamReset, (await Assert.ThrowsAsync<Libp2pException>(async () => await stream.ReadExactlyAsync(answer, Patience))).Error);
        Assert.True(one.Connections.IsConnected(two.Id));
    }

    [Fact]
    public async Task Streams_are_counted_until_both_directions_have_ended()
    {
        await using var hosts = new TestHosts();
        var resources = new ResourceManager();
        var one = await hosts.StartAsync(b => b.UseResources(resources));
        var two = await hosts.StartAsync();
        two.Handle("/p/1", AnswerAsync);
        await TestHosts.ConnectAsync(one, two);
        for (var i = 0; i < 20; i++) await AskAsync(one, two, "/p/1");
        await Eventually.HoldsAsync(() => resources.Usage.Streams == 0);
        Assert.Equal(1, resources.Usage.Connections);
    }

    [Fact]
    public async Task A_host_must_be_running_to_connect()
    {
        var host = new HostBuilder().Build();
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.ConnectAsync(NewPeer(), Patience).AsTask());
        await host.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => host.ConnectAsync(NewPeer(), Patience).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => host.StartAsync(Patience));
    }

    private static async Task AnswerAsync(Libp2pStream stream, CancellationToken cancellationToken) =>
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(stream.Protocol), completeWrites: true, cancellationToken);

    private static async Task<string> AskAsync(IHost from, IHost to, params string[] protocols)
    {
        await using var stream = await from.OpenStreamAsync(to.Id, protocols, Patience);
        stream.CompleteWrites();
        return await new StreamReader(stream).ReadToEndAsync(Patience);
    }
}
