using System.Globalization;

namespace Causeway.Bench.Compare;

/// <summary>Blocks put into a store and got again, many of them at once, each by a call of its own but where it is said. Nobody waits for the disk but where it is said.</summary>
internal static class BlocksComparison
{
    private const int AtOnce = 64;

    public static async Task<int> RunAsync(string[] args)
    {
        await CompareAsync(args, "small blocks", blocks: 100_000, bytes: 256);
        await CompareAsync(args, "large blocks", blocks: 512, bytes: 1 << 20);
        return 0;
    }

    private static async Task CompareAsync(string[] args, string what, int blocks, int bytes)
    {
        var unit = bytes < 1 << 20 ? "blocks/s" : "MB/s";
        var scale = bytes < 1 << 20 ? blocks : (double)blocks * bytes / 1e6;
        var size = string.Create(CultureInfo.InvariantCulture, $"{blocks:N0} {what} of {bytes:N0} bytes, {AtOnce} at once");
        (string Name, Side Side, string Kind)[] onDisk =
        [
            ("causeway, SQLite", Side.Ours, "sqlite"), ("blockstore-level", Side.Js, "level"), ("blockstore-fs", Side.Js, "fs"),
            ("causeway, SQLite, puts of 256", Side.Ours, "sqlite-lists"), ("causeway, SQLite, disk waited for", Side.Ours, "sqlite-power"),
        ];
        (string Name, Side Side, string Kind)[] inMemory = [("causeway, memory", Side.Ours, "memory"), ("blockstore-core, memory", Side.Js, "memory")];
        foreach (var sides in new[] { onDisk, inMemory })
        {
            // Each run measures both.
            var gets = sides.ToDictionary(static side => side.Name, static _ => new Queue<double>());
            await Rounds.CompareAsync($"put: {size}", unit, Rounds.Count(args), [.. sides.Select(side => (side.Name, (Func<Task<double>>)(async () =>
            {
                var (put, get) = await MeasureAsync(side.Side, side.Kind);
                gets[side.Name].Enqueue(get);
                return put;
            })))]);
            await Rounds.CompareAsync(
                $"get: {size}", unit, Rounds.Count(args), [.. sides.Select(side => (side.Name, (Func<Task<double>>)(() => Task.FromResult(gets[side.Name].Dequeue()))))]);
        }

        async Task<(double Put, double Get)> MeasureAsync(Side side, string kind)
        {
            var folder = Directory.CreateTempSubdirectory("causeway-bench-blocks-");
            try
            {
                var result = await Rounds.JsonAsync(side.Command($"blocks {kind} {folder.FullName} {blocks} {bytes} {AtOnce}"));
                return (scale / (double)result["put"]!, scale / (double)result["get"]!);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }
}
