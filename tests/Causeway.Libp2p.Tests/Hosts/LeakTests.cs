using Causeway.Libp2p.Connections;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay;
using Causeway.Libp2p.Resources;
using Causeway.Libp2p.Streams;
using Causeway.Libp2p.Tests.Relay;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Hosts;

/// <summary>Looks at the whole process (sockets, memory), so nothing may run beside it.</summary>
[Collection(AloneCollection.Name)]
public sealed class LeakTests
{
    private const string Descriptors = "/proc/self/fd";

    // What ten thousand connections may leave together: a few hundred bytes each would be a leak.
    private const long MostLeft = 4 << 20;

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    [InlineData("relayed")]
    public async Task Connecting_and_disconnecting_ten_thousand_times_leaves_nothing(string path)
    {
        var resources = new ResourceManager();
        var before = SocketCount();
        await using (var hosts = new TestHosts(tcp: true))
        {
            var (one, two, address) = await PairAsync(hosts, path, resources);
            two.Handle("/echo/1", (stream, token) => stream.CopyToAsync(stream, token), new ProtocolOptions { AllowLimited = true });
            await Eventually.HoldsAsync(() => resources.Usage.Streams == 0);
            var (steady, running) = (resources.Usage.Connections, SocketCount());

            // Pools fill, and code is compiled.
            await RepeatAsync(one, two, address, 50);
            var memory = Settle();
            await RepeatAsync(one, two, address, Soak.Count(200, 10_000));

            await Eventually.HoldsAsync(() => one.Connections.To(two.Id).Count + two.Connections.To(one.Id).Count == 0);
            await Eventually.HoldsAsync(() => resources.Usage.Streams == 0 && resources.Usage.Connections == steady && resources.TransientUsage == default);
            await Eventually.HoldsAsync(() => SocketCount() <= running);

            // Time limits of the last connections run out only seconds later.
            long left = 0;
            await Eventually.HoldsAsync(() => (left = Settle() - memory) <= MostLeft);
            TestContext.Current.TestOutputHelper?.WriteLine($"{left} bytes of managed memory more than before.");
        }

        await Eventually.HoldsAsync(() => SocketCount() <= before);
    }

    private static async Task<(IHost One, IHost Two, Multiaddress Address)> PairAsync(TestHosts hosts, string path, ResourceManager resources)
    {
        if (path != "relayed")
        {
            var (listening, dialing) = await StartPairAsync(
                hosts, resources, builder => (path == "ws" ? builder.UseWebSockets() : builder).Listen(path == "ws" ? "/ip4/127.0.0.1/tcp/0/ws" : "/ip4/127.0.0.1/tcp/0"),
                builder => _ = path == "ws" ? builder.UseWebSockets() : builder);
            return (dialing, listening, listening.Addresses[0].WithPeerId(listening.Id));
        }

        var relay = await hosts.StartAsync(static builder => builder.UseCircuitRelay(static o => o with { MaxCircuitsPerPeer = 256 }));
        var (hidden, dialer) = await StartPairAsync(
            hosts, resources, builder => builder.UseRelayClient(o => o with { Relays = [RelayNet.AddressOf(relay)] }), static builder => builder.UseRelayClient(static o => o with { Reservations = 0 }));
        await RelayNet.HasAddressAsync(hidden);
        await TestHosts.ConnectAsync(dialer, relay);
        return (dialer, hidden, RelayNet.Through(relay, hidden));
    }

    private static async Task<(IHost Listening, IHost Dialing)> StartPairAsync(
        TestHosts hosts, ResourceManager resources, Action<HostBuilder> listening, Action<HostBuilder> dialing) =>
        (await hosts.StartAsync(builder => listening(builder.UseResources(resources)), listen: false),
            await hosts.StartAsync(builder => dialing(builder.UseResources(resources)), listen: false));

    private static async Task RepeatAsync(IHost one, IHost two, Multiaddress address, int times)
    {
        for (var i = 0; i < times; i++)
        {
            // One that is not disposed would itself stay until it fires.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(Soak.Count(60, 300)));
            var connection = await one.ConnectAsync(address, limit.Token);
            await using (var stream = await connection.OpenStreamAsync(["/echo/1"], limit.Token))
            {
                await stream.WriteAsync(new byte[100], completeWrites: true, limit.Token);
                await stream.ReadExactlyAsync(new byte[100], limit.Token);
            }

            // Every way of ending takes its turn.
            if (i % 3 == 0) await connection.CloseAsync(limit.Token);
            else if (i % 3 == 1) connection.Abort(new InvalidOperationException("enough"));
            else await two.Connections.DisconnectAsync(one.Id, limit.Token);
            await connection.Closed.WaitAsync(limit.Token);
        }
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
