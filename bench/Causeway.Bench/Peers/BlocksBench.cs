using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Multiformats;
using Causeway.Storage;

namespace Causeway.Bench.Peers;

/// <summary>The counterpart of <c>js/blocks.mjs</c>.</summary>
internal static class BlocksBench
{
    public static async Task<int> RunAsync(string kind, string folder, int blocks, int bytes, int atOnce)
    {
        // Warm: tiered compilation is done.
        for (var i = 0; i < 3; i++) await MeasureAsync(kind, Path.Combine(folder, $"warm{i}"), Make(blocks / 10, bytes), atOnce);
        var (put, get) = await MeasureAsync(kind, Path.Combine(folder, "blocks"), Make(blocks, bytes), atOnce);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"put":{{put.TotalSeconds}},"get":{{get.TotalSeconds}}}"""));
        return 0;
    }

    private static async Task<(TimeSpan Put, TimeSpan Get)> MeasureAsync(string kind, string path, Block[] blocks, int atOnce)
    {
        await using IBlockStore store = kind == "memory"
            ? new MemoryBlockStore()
            : await SqliteBlockStore.OpenAsync(path, new SqliteBlockStoreOptions { Durability = kind == "sqlite-power" ? Durability.Power : Durability.Process });
        var watch = Stopwatch.StartNew();
        if (kind == "sqlite-lists") await EachAsync([.. blocks.Chunk(Math.Min(256, (4 << 20) / blocks[0].Data.Length))], 2, chunk => store.PutAsync(chunk));
        else await EachAsync(blocks, atOnce, block => store.PutAsync([block]));
        var put = watch.Elapsed;
        await EachAsync(blocks, atOnce, async block =>
        {
            if ((await store.GetAsync(block.Cid)).Length != block.Data.Length) throw new InvalidDataException("Another length.");
        });
        return (put, watch.Elapsed - put);
    }

    private static async Task EachAsync<T>(T[] all, int atOnce, Func<T, ValueTask> work)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < all.Length; i = Interlocked.Increment(ref next)) await work(all[i]);
        })));
    }

    private static Block[] Make(int count, int bytes) =>
        [.. Enumerable.Range(0, count).Select(_ => Block.Create(Multicodec.Raw, RandomNumberGenerator.GetBytes(bytes)))];
}
