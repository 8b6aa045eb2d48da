using Causeway.Libp2p.Resources;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

/// <summary>Looks at the whole process (sockets, memory), so nothing may run beside it.</summary>
[Collection(AloneCollection.Name)]
public sealed class LeakTests
{
    private const string Descriptors = "/proc/self/fd";

    [Fact]
    public async Task Connecting_and_disconnecting_a_thousand_times_leaves_nothing()
    {
        var resources = new ResourceManager();
        var before = SocketCount();
        await using (var hosts = new TestHosts(tcp: true))
        {
            var one = await hosts.StartAsync(b => b.UseResources(resources), listen: false);
            var two = await hosts.StartAsync(b => b.UseResources(resources));
            two.Handle("/echo/1", (stream, token) => stream.CopyToAsync(stream, token));
            var running = SocketCount();
            for (var i = 0; i < Soak.Count(300, 1000); i++)
            {
                var connection = await TestHosts.ConnectAsync(one, two);
                await using (var stream = await connection.OpenStreamAsync(["/echo/1"], Patience))
                {
                    await stream.WriteAsync(new byte[100], completeWrites: true, Patience);
                    await stream.ReadExactlyAsync(new byte[100], Patience);
                }

                // Every way of ending takes its turn.
                if (i % 3 == 0) await connection.CloseAsync(Patience);
                else if (i % 3 == 1) connection.Abort(new InvalidOperationException("enough"));
                else await two.Connections.DisconnectAsync(one.Id, Patience);
                await connection.Closed.WaitAsync(Patience);
            }

            await Eventually.HoldsAsync(() => one.Connections.All.Count + two.Connections.All.Count == 0);
            await Eventually.HoldsAsync(() => resources.Usage == default && resources.TransientUsage == default);
            await Eventually.HoldsAsync(() => SocketCount() <= running);
        }

        await Eventually.HoldsAsync(() => SocketCount() <= before);
    }

    [Fact]
    public async Task A_peer_among_two_hundred_costs_little()
    {
        const int count = 200;
        var before = Settle();
        await using var hosts = new TestHosts(tcp: true);
        var all = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => hosts.StartAsync()));

        // Each knows four others: 400 connections, 800 ends.
        for (var i = 0; i < count; i++)
        {
            await TestHosts.ConnectAsync(all[i], all[(i + 1) % count]);
            await TestHosts.ConnectAsync(all[i], all[(i + 7) % count]);
        }

        await Eventually.HoldsAsync(() => all.All(host => host.Connections.All.Count == 4 && host.Connections.All.All(c => host.Peers.InfoOf(c.RemotePeer) is not null)));
        var perPeer = (Settle() - before) / count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{perPeer} bytes of managed memory per peer with four connections.");
        Assert.True(perPeer <= 200_000, $"{perPeer} bytes.");
    }

    private static long Settle()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static int SocketCount()
    {
        if (!Directory.Exists(Descriptors)) Requirement.Missing("/proc (counts open sockets)");
        return Directory.EnumerateFileSystemEntries(Descriptors).Count(static path =>
        {
            try
            {
                return new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true;
            }
            catch (IOException)
            {
                return false;
            }
        });
    }
}
