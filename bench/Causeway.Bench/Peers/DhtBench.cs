using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Kademlia;

namespace Causeway.Bench.Peers;

/// <summary>The counterpart of <c>js/dht.mjs</c>.</summary>
internal static class DhtBench
{
    private const int BucketSize = 20;

    public static async Task<int> RunAsync(int nodes, int lookups)
    {
        var hosts = new List<IHost>();
        var searcher = await StartAsync(hosts);
        for (var i = 0; i < nodes; i++)
        {
            await StartAsync(hosts);
            if (i > 0) await hosts[^1].ConnectAsync(hosts[1].Addresses[0].WithPeerId(hosts[1].Id));
            await hosts[0].ConnectAsync(hosts[^1].Addresses[0].WithPeerId(hosts[^1].Id));
        }

        // Warm: everybody is known, and tiered compilation is done.
        for (var i = 0; i < 20 && await FoundAsync(lookups / 5) < BucketSize * (lookups / 5); i++) await Task.Delay(200);

        var watch = Stopwatch.StartNew();
        var found = await FoundAsync(lookups) / (double)lookups;
        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"found":{{found}},"seconds":{{seconds}}}"""));
        await Task.WhenAll(hosts.Select(static host => host.DisposeAsync().AsTask()));
        return 0;

        async Task<int> FoundAsync(int count)
        {
            var sum = 0;
            for (var i = 0; i < count; i++) sum += (await searcher.GetClosestPeersAsync(RandomNumberGenerator.GetBytes(32))).Count;
            return sum;
        }
    }

    private static async Task<KademliaDht> StartAsync(List<IHost> hosts)
    {
        KademliaDht? dht = null;
        var host = new HostBuilder()
            .Listen("/ip4/127.0.0.1/tcp/0")
            .UseKademlia(static options => options with { Mode = KademliaMode.Server, PublicAddressesOnly = false }, created => dht = created)
            .Build();
        hosts.Add(host);
        await host.StartAsync();
        return dht!;
    }
}
