using System.Diagnostics;
using System.Globalization;
using Causeway.Ipfs.Bitswap;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Bench.Peers;

/// <summary>Our side of a transfer by Bitswap: a file in a store in memory, and who fetches it into another one. The file is cut as Helia does.</summary>
internal static class BitswapBench
{
    private const int WarmUpMebiBytes = 64;

    /// <summary>Imports a file to warm up with and the file that is measured, and serves them until standard input ends.</summary>
    public static async Task<int> ServeAsync(int mebibytes)
    {
        await using var store = new MemoryBlockStore();
        await using var host = new HostBuilder().Listen("/ip4/127.0.0.1/tcp/0").UseBitswap(store).Build();
        await host.StartAsync();
        var warm = await ImportAsync(store, WarmUpMebiBytes, seed: 1);
        var file = await ImportAsync(store, mebibytes, seed: 2);
        Console.WriteLine($"{host.Addresses[0].WithPeerId(host.Id)} {warm} {file}");
        await Console.In.ReadLineAsync();
        Console.WriteLine(Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>Fetches both files; prints the seconds that the second one took, and the processor's.</summary>
    public static async Task<int> FetchAsync(string address, string warm, string file)
    {
        await using var store = new MemoryBlockStore();
        BitswapExchange? exchange = null;
        await using var host = new HostBuilder().UseBitswap(store, created: created => exchange = created).Build();
        await host.StartAsync();
        await host.ConnectAsync(Multiaddress.Parse(address));
        await FetchAsync(exchange!, Cid.Parse(warm));
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await FetchAsync(exchange!, Cid.Parse(file));
        var seconds = watch.Elapsed.TotalSeconds;
        var cpuSeconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"seconds":{{seconds}},"cpuSeconds":{{cpuSeconds}}}"""));
        return 0;
    }

    private static async Task FetchAsync(BitswapExchange exchange, Cid root)
    {
        await using var session = exchange.CreateSession(root);
        await session.FetchDagAsync(root);
    }

    private static async Task<Cid> ImportAsync(IBlockStore store, int mebibytes, int seed)
    {
        var random = new Random(seed);
        var importer = new UnixFsImporter(store, ImportProfile.HeliaDefault);
        await using var content = new RandomContent(random, mebibytes * 1048576L);
        return (await importer.ImportAsync(content)).Cid;
    }
}
