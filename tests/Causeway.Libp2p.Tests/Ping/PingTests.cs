using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Ping;
using Causeway.Libp2p.Tests.Hosts;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Ping;

public sealed class PingTests
{
    [Fact]
    public async Task The_server_echoes_until_the_client_has_finished_and_then_closes()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        await TestHosts.ConnectAsync(one, two);
        await using var stream = await one.OpenStreamAsync(two.Id, [PingService.ProtocolId], Patience);
        var (sent, answer) = (new byte[32], new byte[32]);
        for (byte i = 0; i < 3; i++)
        {
            Array.Fill(sent, i);
            await stream.WriteAsync(sent, Patience);
            await stream.ReadExactlyAsync(answer, Patience);
            Assert.Equal(sent, answer);
        }

        stream.CompleteWrites();
        Assert.Equal(0, await stream.ReadAsync(answer, Patience));
    }

    [Fact]
    public async Task A_ping_that_is_cut_off_is_reset()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        await TestHosts.ConnectAsync(one, two);
        await using var stream = await one.OpenStreamAsync(two.Id, [PingService.ProtocolId], Patience);
        await stream.WriteAsync(new byte[10], completeWrites: true, Patience);
        await Assert.ThrowsAsync<Libp2pException>(async () => await stream.ReadExactlyAsync(new byte[1], Patience));
    }

    [Fact]
    public async Task Two_streams_per_peer_are_served()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        await TestHosts.ConnectAsync(one, two);
        var streams = new List<Libp2p.Streams.Libp2pStream>();
        for (var i = 0; i < 2; i++)
        {
            streams.Add(await one.OpenStreamAsync(two.Id, [PingService.ProtocolId], Patience));
            await streams[i].WriteAsync(new byte[32], Patience);
            await streams[i].ReadExactlyAsync(new byte[32], Patience);
        }

        await using var third = await one.OpenStreamAsync(two.Id, [PingService.ProtocolId], Patience);
        await third.WriteAsync(new byte[32], Patience);
        await Assert.ThrowsAsync<Libp2pException>(async () => await third.ReadExactlyAsync(new byte[32], Patience));
        foreach (var stream in streams) await stream.DisposeAsync();
    }

    [Fact]
    public async Task Many_single_pings_in_a_row_are_answered()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        await TestHosts.ConnectAsync(one, two);
        var ping = new PingService(one);
        for (var i = 0; i < 100; i++) Assert.True(await ping.PingAsync(two.Id, Patience) > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_wrong_answer_is_a_violation_and_none_is_a_failure()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync(b => b.Configure(o => o with { ServePing = false })));
        using (two.Handle(PingService.ProtocolId, async (stream, token) =>
        {
            await stream.ReadExactlyAsync(new byte[32], token);
            await stream.WriteAsync(new byte[32], token);
        }))
        {
            await TestHosts.ConnectAsync(one, two);
            Assert.Equal(Libp2pError.ProtocolViolation, (await Assert.ThrowsAsync<Libp2pException>(() => new PingService(one).PingAsync(two.Id, Patience))).Error);
        }

        using (two.Handle(PingService.ProtocolId, (stream, token) => Task.CompletedTask))
            Assert.Equal(Libp2pError.StreamReset, (await Assert.ThrowsAsync<Libp2pException>(() => new PingService(one).PingAsync(two.Id, Patience))).Error);
    }

    [Fact]
    public async Task A_ping_without_an_answer_times_out()
    {
        var time = new ManualTimeProvider();
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync(b => b.Configure(o => o with { ServePing = false })));
        var entered = new TaskCompletionSource();
        two.Handle(PingService.ProtocolId, async (_, token) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        await TestHosts.ConnectAsync(one, two);
        var ping = new PingService(one, time).PingAsync(two.Id, Patience);
        await entered.Task.WaitAsync(Patience);
        time.Advance(PingService.Timeout);
        Assert.Equal(Libp2pError.TimedOut, (await Assert.ThrowsAsync<Libp2pException>(() => ping)).Error);
    }

    [Fact]
    public async Task Cancelling_ends_an_enumeration()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        await TestHosts.ConnectAsync(one, two);
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in new PingService(one).PingManyAsync(two.Id, TimeSpan.FromHours(1), cancellation.Token)) await cancellation.CancelAsync();
        });
    }
}
