using System.Globalization;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Storage;

namespace Causeway.Ipfs.Tests.Stores;

/// <summary>Processes that put, pin, unpin and collect in one file, killed at any moment.</summary>
public sealed class StoreCrashTests
{
    private static CancellationToken Stop => Sample.Stop;

    [Theory]
    [InlineData(Durability.Power)]
    [InlineData(Durability.Process)]
    public async Task What_was_pinned_is_there_whole_after_the_process_was_killed(Durability durability)
    {
        using var folder = new StoreFolder();
        var random = new Random(20_261_121 + (int)durability);
        var (pinned, unpinned) = (new HashSet<int>(), new HashSet<int>());
        for (var round = 0; round < Soak.Count(3, 100); round++)
        {
            // Now and then while it opens, and so recovers from the kill before.
            await KilledProcess.RunAsync(
                typeof(StoreCrashWriter),
                new Dictionary<string, string>
                {
                    [StoreCrashWriter.FileVariable] = folder.Database,
                    [StoreCrashWriter.DurabilityVariable] = durability.ToString(),
                    [StoreCrashWriter.FirstVariable] = (round * 1_000_000).ToString(CultureInfo.InvariantCulture),
                },
                line => Note(line, StoreCrashWriter.Pinned, pinned) || Note(line, StoreCrashWriter.Unpinning, unpinned) || line == StoreCrashWriter.Opening,
                round % 4 == 2 ? 1 : random.Next(2, 200),
                random.Next(200_000));
            await CheckAsync(folder.Database, pinned, unpinned);
        }

        Assert.NotEmpty(pinned);
    }

    private static bool Note(string line, string word, HashSet<int> numbers)
    {
        if (!line.StartsWith(word, StringComparison.Ordinal)) return false;
        numbers.Add(int.Parse(line.AsSpan(word.Length), CultureInfo.InvariantCulture));
        return true;
    }

    private static async Task CheckAsync(string file, HashSet<int> pinned, HashSet<int> unpinned)
    {
        await using (var database = await Database.OpenAsync(file, BlockSchema.Schema, new DatabaseOptions { MaxCheckedBytes = long.MaxValue }, Stop))
        {
            Assert.Equal(0, database.Read(static transaction =>
            {
                using var query = transaction.Prepare(
                    "SELECT (SELECT count(*) FROM entries LEFT JOIN data ON data.id = entries.id AND data.hash = entries.hash AND length(bytes) = length WHERE data.id IS NULL)"
                    + " + (SELECT count(*) FROM data LEFT JOIN entries ON data.hash = entries.hash WHERE entries.hash IS NULL)"
                    + " + (SELECT count(*) FROM recent JOIN blocks USING (hash))");
                return query.Step() ? query.GetInt64(0) : -1;
            }));
        }

        await using var store = await SqliteBlockStore.OpenAsync(file, cancellationToken: Stop);
        var names = new HashSet<string>();
        await foreach (var pin in store.Pins.ListAsync(cancellationToken: Stop)) names.Add(pin.Key.Name);
        Assert.Empty(pinned.Except(unpinned).Select(StoreCrashWriter.NameOf).Except(names));
        await Sample.CollectAsync(store);
        foreach (var name in names)
        {
            foreach (var block in StoreCrashWriter.TreeOf(int.Parse(name, CultureInfo.InvariantCulture)))
                Assert.True((await store.GetAsync(block.Cid, Stop)).Span.SequenceEqual(block.Data.Span), $"A block of {name} changed.");
        }
    }
}
