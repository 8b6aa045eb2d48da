using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Causeway.Storage.Tests.Crashes;

/// <summary>The process that <see cref="CrashTests"/> kills: writes for ever, and says on its standard output what is acknowledged.</summary>
public sealed class CrashWriter
{
    public const string FileVariable = "CAUSEWAY_CRASH_FILE";
    public const string DurabilityVariable = "CAUSEWAY_CRASH_DURABILITY";
    public const string Opening = "opening";
    public const string Acknowledged = "acknowledged ";

    private const int Writers = 8;

    /// <summary>Each write is two rows, the second with a blob made of the first's number.</summary>
    internal static DatabaseSchema Schema { get; } = new(
        0x43525348,
        "CREATE TABLE entries (id INTEGER PRIMARY KEY); CREATE TABLE blobs (entry INTEGER PRIMARY KEY REFERENCES entries, data BLOB NOT NULL); "
        + "CREATE INDEX heads ON blobs (substr(data, 1, 16))");

    internal static byte[] BlobOf(long id)
    {
        var blob = new byte[8 + (id * 7919 % 9000)];
        new Random((int)id).NextBytes(blob);
        BinaryPrimitives.WriteInt64BigEndian(blob, id);
        return blob;
    }

    [Fact(Explicit = true)]
    public async Task Writes_until_it_is_killed()
    {
        var file = Environment.GetEnvironmentVariable(FileVariable);
        if (file is null) Assert.Skip("Only as a process that a test kills.");
        var durability = Enum.Parse<Durability>(Environment.GetEnvironmentVariable(DurabilityVariable)!);

        // Past the test framework's own output, and without a buffer that dies with the process.
        using var output = Console.OpenStandardOutput();
        var outputLock = new Lock();
        Say(Opening);
        var database = await Database.OpenAsync(file, Schema, new DatabaseOptions { Durability = durability });
        var next = database.Read(static t =>
        {
            using var query = t.Prepare("SELECT coalesce(max(id), 0) FROM entries");
            return query.Step() ? query.GetInt64(0) : 0;
        });
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var id = Interlocked.Increment(ref next);
                await database.WriteAsync(t => Insert(t, id));
                Say(Acknowledged + id.ToString(CultureInfo.InvariantCulture));
            }
        })));

        void Say(string line)
        {
            lock (outputLock) output.Write(Encoding.ASCII.GetBytes(line + "\n"));
        }
    }

    private static void Insert(Transaction transaction, long id)
    {
        using var entry = transaction.Prepare("INSERT INTO entries VALUES (?1)");
        entry.Bind(1, id).Execute();
        using var blob = transaction.Prepare("INSERT INTO blobs VALUES (?1, ?2)");
        blob.Bind(1, id).Bind(2, BlobOf(id)).Execute();
    }
}
