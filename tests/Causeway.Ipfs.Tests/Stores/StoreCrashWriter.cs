using System.Globalization;
using System.Text;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Pins;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Storage;

namespace Causeway.Ipfs.Tests.Stores;

/// <summary>The process that <see cref="StoreCrashTests"/> kills: puts, pins and unpins trees for ever while garbage is collected, and says what is acknowledged.</summary>
public sealed class StoreCrashWriter
{
    public const string FileVariable = "CAUSEWAY_CRASH_FILE";
    public const string DurabilityVariable = "CAUSEWAY_CRASH_DURABILITY";
    public const string FirstVariable = "CAUSEWAY_CRASH_FIRST";
    public const string Opening = "opening";
    public const string Pinned = "pinned ";
    public const string Unpinning = "unpinning ";

    private const int Writers = 4;

    internal static string NameOf(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Neighbours share a leaf, so that one's garbage is the other's.</summary>
    internal static Block[] TreeOf(int number)
    {
        Block[] leaves = [Sample.Leaf(number, (int)(number * 7919L % 50_000)), Sample.Leaf(-number / 4, 1000), Sample.Leaf($"{number}")];
        return [.. leaves, Sample.Node($"root {number}", leaves)];
    }

    [Fact(Explicit = true)]
    public async Task Writes_until_it_is_killed()
    {
        var file = Environment.GetEnvironmentVariable(FileVariable);
        if (file is null) Assert.Skip("Only as a process that a test kills.");
        var durability = Enum.Parse<Durability>(Environment.GetEnvironmentVariable(DurabilityVariable)!);
        var next = int.Parse(Environment.GetEnvironmentVariable(FirstVariable)!, CultureInfo.InvariantCulture);

        // Past the test framework's own output, and without a buffer that dies with the process.
        using var output = Console.OpenStandardOutput();
        var outputLock = new Lock();
        Say(Opening);
        var store = await SqliteBlockStore.OpenAsync(file, new SqliteBlockStoreOptions { Durability = durability });
        using var collector = new GarbageCollector(store);
        await Task.WhenAll([
            Task.Run(async () =>
            {
                while (true) await collector.RunAsync();
            }),
            .. Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
            {
                while (true) await WriteAsync(Interlocked.Increment(ref next));
            })),
        ]);

        async Task WriteAsync(int number)
        {
            var tree = TreeOf(number);
            await using (await store.HoldAsync())
            {
                foreach (var block in tree) await store.PutAsync([block]);
                await store.Pins.AddAsync(tree[^1].Cid, PinKind.Recursive, NameOf(number));
            }

            Say(Pinned + NameOf(number));
            if (number % 3 != 0) return;
            Say(Unpinning + NameOf(number));
            await store.Pins.RemoveAsync(tree[^1].Cid, PinKind.Recursive, NameOf(number));
        }

        void Say(string line)
        {
            lock (outputLock) output.Write(Encoding.ASCII.GetBytes(line + "\n"));
        }
    }
}
