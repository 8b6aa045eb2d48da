using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Resources;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

public sealed class HostCloseTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_written_before_a_host_closes_still_arrives(bool tcp)
    {
        await using var hosts = new TestHosts(tcp);

        // On a loaded machine the usual two seconds may pass before the other end has answered.
        var one = await hosts.StartAsync(b => b.Configure(o => o with { DrainTimeout = TimeSpan.FromSeconds(20) }));
        var two = await hosts.StartAsync();
        var received = new TaskCompletionSource<long>();
        two.Handle("/sink/1", async (stream, token) =>
        {
            var count = 0L;
            var buffer = new byte[65536];
            try
            {
                int read;
                while ((read = await stream.ReadAsync(buffer, token)) > 0) count += read;
                received.SetResult(count);
            }
            catch (Exception error)
            {
                received.SetException(new InvalidOperationException($"After {count} bytes.", error));
            }
        });
        await TestHosts.ConnectAsync(one, two);
        var stream = await one.OpenStreamAsync(two.Id, ["/sink/1"], Patience);
        await stream.WriteAsync(new byte[200_000], completeWrites: true, Patience);
        await stream.DisposeAsync();
        await one.DisposeAsync();
        Assert.Equal(200_000, await received.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task Handlers_are_told_and_waited_for()
    {
        await using var hosts = new TestHosts();
        var one = await hosts.StartAsync();
        var two = await hosts.StartAsync(b => b.Configure(o => o with { DrainTimeout = TimeSpan.FromSeconds(20) }));
        var entered = new TaskCompletionSource();
        var ended = false;
        two.Handle("/wait/1", async (stream, token) =>
        {
            entered.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                ended = true;
            }
        });
        await TestHosts.ConnectAsync(one, two);
        await using var stream = await one.OpenStreamAsync(two.Id, ["/wait/1"], Patience);
        await stream.WriteAsync(new byte[1], Patience);
        await entered.Task.WaitAsync(Patience);
        await two.DisposeAsync();
        Assert.True(ended);
    }

    [Fact]
    public async Task A_handler_that_does_not_return_is_left_behind()
    {
        var resources = new ResourceManager();
        await using var hosts = new TestHosts();
        var one = await hosts.StartAsync();
        var two = await hosts.StartAsync(b => b.UseResources(resources).Configure(o => o with { DrainTimeout = TimeSpan.FromMilliseconds(50) }));
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        two.Handle("/stuck/1", async (_, _) =>
        {
            entered.SetResult();
            await release.Task;
        });
        await TestHosts.ConnectAsync(one, two);
        await using var stream = await one.OpenStreamAsync(two.Id, ["/stuck/1"], Patience);
        await stream.WriteAsync(new byte[1], Patience);
        await entered.Task.WaitAsync(Patience);
        await two.DisposeAsync();
        Assert.Equal(default, resources.Usage);
        release.SetResult();
    }

    [Fact]
    public async Task The_others_learn_that_a_host_has_closed()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        using var events = new EventLog(one);
        await TestHosts.ConnectAsync(one, two);
        await two.DisposeAsync();
        await two.DisposeAsync();
        Assert.True((await events.NextAsync<HostEvent.ConnectionClosed>()).Last);
        Assert.Equal(Libp2pError.Unreachable, (await Assert.ThrowsAsync<Libp2pException>(() => one.ConnectAsync(two.Id, Patience).AsTask())).Error);
    }

    [Fact]
    public async Task Closing_ends_a_dial_under_way()
    {
        await using var hosts = new TestHosts();
        var one = await hosts.StartAsync();

        // Somebody who accepts and says nothing.
        var silent = new Libp2p.Transports.Memory.MemoryTransport(hosts.Network);
        await using var listener = await silent.ListenAsync(Address("/memory/silent"), Patience);
        var dial = one.ConnectAsync(Address("/memory/silent").WithPeerId(NewPeer()), Patience).AsTask();
        await using var accepted = await listener.AcceptAsync(Patience);
        await one.DisposeAsync();
        Assert.Equal(Libp2pError.ConnectionClosed, (await Assert.ThrowsAsync<Libp2pException>(() => dial)).Error);
    }

    [Fact]
    public async Task Every_event_is_raised_before_closing_ends()
    {
        await using var hosts = new TestHosts();
        var (one, two) = (await hosts.StartAsync(), await hosts.StartAsync());
        await TestHosts.ConnectAsync(one, two);
        var closed = 0;
        one.Changed += change =>
        {
            if (change is HostEvent.ConnectionClosed) closed++;
        };
        await one.DisposeAsync();
        Assert.Equal(1, closed);
    }

    [Fact]
    public async Task A_host_that_cannot_listen_does_not_start_and_binds_nothing()
    {
        await using var hosts = new TestHosts();
        await hosts.StartAsync(b => b.Listen("/memory/taken"));
        await Assert.ThrowsAsync<Libp2pException>(() => hosts.StartAsync(b => b.Listen("/memory/free", "/memory/taken")));
        await hosts.StartAsync(b => b.Listen("/memory/free"));
    }
}
