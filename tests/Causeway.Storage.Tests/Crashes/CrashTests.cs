using System.Globalization;

namespace Causeway.Storage.Tests.Crashes;

public sealed class CrashTests
{
    [Theory]
    [InlineData(Durability.Power)]
    [InlineData(Durability.Process)]
    public async Task Nothing_acknowledged_is_lost_when_the_process_is_killed(Durability durability)
    {
        using var folder = new StorageFolder();
        var random = new Random(20_261_120 + (int)durability);
        var acknowledged = new HashSet<long>();
        for (var round = 0; round < Soak.Count(3, 100); round++)
        {
            // Now and then while it opens, and so recovers from the kill before.
            var linesToWaitFor = round % 4 == 2 ? 1 : random.Next(2, 400);
            await WriteAndKillAsync(folder.At("crash.db"), durability, linesToWaitFor, random.Next(200_000), acknowledged);
            await CheckAsync(folder.At("crash.db"), acknowledged);
        }

        Assert.NotEmpty(acknowledged);
    }

    private static Task WriteAndKillAsync(string file, Durability durability, int linesToWaitFor, int spins, HashSet<long> acknowledged) => KilledProcess.RunAsync(
        typeof(CrashWriter),
        new Dictionary<string, string> { [CrashWriter.FileVariable] = file, [CrashWriter.DurabilityVariable] = durability.ToString() },
        line =>
        {
            if (!line.StartsWith(CrashWriter.Acknowledged, StringComparison.Ordinal)) return line == CrashWriter.Opening;
            acknowledged.Add(long.Parse(line.AsSpan(CrashWriter.Acknowledged.Length), CultureInfo.InvariantCulture));
            return true;
        },
        linesToWaitFor,
        spins);

    private static async Task CheckAsync(string file, HashSet<long> acknowledged)
    {
        await using var database = await Database.OpenAsync(file, CrashWriter.Schema, new DatabaseOptions { MaxCheckedBytes = long.MaxValue });
        var found = database.Read(t =>
        {
            var ids = new HashSet<long>();
            using var query = t.Prepare("SELECT id, data FROM entries LEFT JOIN blobs ON entry = id");
            while (query.Step())
            {
                var id = query.GetInt64(0);
                Assert.True(query.GetBlob(1).SequenceEqual(CrashWriter.BlobOf(id)), $"Entry {id} is there by half.");
                ids.Add(id);
            }

            return ids;
        });
        Assert.Empty(acknowledged.Except(found));
    }
}
