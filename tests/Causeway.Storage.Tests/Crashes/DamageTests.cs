namespace Causeway.Storage.Tests.Crashes;

/// <summary>Files whose bytes changed: an error or an answer, never a crash and never a hang.</summary>
public sealed class DamageTests
{
    private static readonly DatabaseSchema Schema = new(
        0x44414D47,
        "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, data BLOB); CREATE INDEX sizes ON items (length(data)); "
        + "CREATE TABLE links (a INTEGER NOT NULL REFERENCES items, b INTEGER NOT NULL REFERENCES items, PRIMARY KEY (a, b)) WITHOUT ROWID");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_file_is_an_error_at_worst(bool isCheckedAtOpening)
    {
        using var folder = new StorageFolder();
        var (file, log) = await MakeAsync(folder);
        var random = new Random(isCheckedAtOpening ? 1 : 2);
        int refused = 0, failed = 0, whole = 0;
        for (var i = 0; i < Soak.Count(150, 20_000); i++)
        {
            foreach (var old in Directory.GetFiles(folder.Path, "damaged.db*")) File.Delete(old);
            await File.WriteAllBytesAsync(folder.At("damaged.db"), Damage(file, random), StorageFolder.Patience);
            if (random.Next(2) == 0) await File.WriteAllBytesAsync(folder.At("damaged.db-wal"), Damage(log, random), StorageFolder.Patience);
            var options = new DatabaseOptions { Durability = Durability.Process, MaxCheckedBytes = isCheckedAtOpening ? long.MaxValue : 0 };
            try
            {
                await using var database = await Database.OpenAsync(folder.At("damaged.db"), Schema, options, StorageFolder.Patience);
                if (await UseAsync(database)) whole++;
                else failed++;
            }
            catch (StorageException error)
            {
                Assert.True(error.Error != StorageError.Other, error.Message);
                refused++;
            }
        }

        Assert.True(refused > 0 && whole > 0 && (isCheckedAtOpening || failed > 0), $"{refused} refused, {failed} failed later, {whole} whole");
    }

    [Fact]
    public async Task Noise_is_an_error()
    {
        using var folder = new StorageFolder();
        var random = new Random(3);
        for (var i = 0; i < Soak.Count(50, 2000); i++)
        {
            var noise = new byte[random.Next(1, 20_000)];
            random.NextBytes(noise);

            // Half of it begins like a database.
            if (i % 2 == 0) "SQLite format 3\0"u8[..Math.Min(16, noise.Length)].CopyTo(noise);
            await File.WriteAllBytesAsync(folder.At("noise.db"), noise, StorageFolder.Patience);
            await Assert.ThrowsAsync<StorageException>(() => folder.OpenAsync("noise.db", Schema));
        }
    }

    private static async Task<bool> UseAsync(Database database)
    {
        try
        {
            // A tree whose branches are all the same one is read for ages: the token ends that.
            using var limit = new CancellationTokenSource();
            limit.CancelAfter(TimeSpan.FromSeconds(Soak.Count(5, 2)));
            _ = database.Read(ReadAll, limit.Token);
            await database.WriteAsync(Write, StorageFolder.Patience);
            await database.CheckAsync(limit.Token);
            return true;
        }
        catch (Exception error) when (error is StorageException or OperationCanceledException)
        {
            return false;
        }
    }

    private static long ReadAll(Transaction transaction)
    {
        long read = 0;
        foreach (var sql in new[]
        {
            "SELECT name, data FROM items", "SELECT name, data FROM items ORDER BY name", "SELECT id FROM items WHERE length(data) > 100",
            "SELECT x.name, y.name FROM links JOIN items x ON x.id = a JOIN items y ON y.id = b",
        })
        {
            using var query = transaction.Prepare(sql);
            while (query.Step()) read += (query.GetString(0)?.Length ?? 0) + query.GetBlob(1).Length;
        }

        return read;
    }

    private static void Write(Transaction transaction)
    {
        using var insert = transaction.Prepare("INSERT INTO items (name, data) VALUES (?1, ?2)");
        for (var i = 0; i < 5; i++) insert.Bind(1, $"new {i}").Bind(2, new byte[3000]).Execute();
        transaction.Execute("UPDATE items SET data = zeroblob(id * 10) WHERE id % 3 = 0");
        transaction.Execute("DELETE FROM links WHERE a % 2 = 0");
    }

    private static async Task<(byte[] File, byte[] Log)> MakeAsync(StorageFolder folder)
    {
        await using var database = await folder.OpenAsync("whole.db", Schema);
        var random = new Random(0);
        await database.WriteAsync(t =>
        {
            using var item = t.Prepare("INSERT INTO items (name, data) VALUES (?1, ?2)");
            for (var i = 0; i < 200; i++) item.Bind(1, $"item {i}").Bind(2, new byte[random.Next(i < 10 ? 20_000 : 300)]).Execute();
            using var link = t.Prepare("INSERT OR IGNORE INTO links VALUES (?1, ?2)");
            for (var i = 0; i < 500; i++) link.Bind(1, random.Next(1, 201)).Bind(2, random.Next(1, 201)).Execute();
        });
        await database.BackUpAsync(folder.At("copy.db"), StorageFolder.Patience);
        await database.WriteAsync(t => t.Execute("UPDATE items SET data = zeroblob(50) WHERE id < 50"));
        return (await File.ReadAllBytesAsync(folder.At("copy.db"), StorageFolder.Patience), Read(folder.At("whole.db-wal")));
    }

    // The log is open, and nobody writes to it now.
    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        var damaged = whole.ToArray();
        switch (random.Next(5))
        {
            case 0:
                return damaged[..random.Next(1, damaged.Length)];
            case 1:
                random.NextBytes(damaged.AsSpan(random.Next(damaged.Length / 4096) * 4096, 4096));
                return damaged;
            case 2:
                // Pages that stand for one another: trees with loops.
                damaged.AsSpan(random.Next(damaged.Length / 4096) * 4096, 4096).CopyTo(damaged.AsSpan(random.Next(damaged.Length / 4096) * 4096));
                return damaged;
            default:
                for (var left = random.Next(1, 20); left > 0; left--)
                {
                    // Mostly in the heads of pages, where the structure is.
                    var at = random.Next(3) == 0 ? random.Next(damaged.Length) : (random.Next(damaged.Length / 4096) * 4096) + random.Next(128);
                    damaged[at] ^= (byte)random.Next(1, 256);
                }

                return damaged;
        }
    }
}
