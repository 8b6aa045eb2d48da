using System.Diagnostics;
using System.Globalization;
using System.Text;
using Causeway.Libp2p.Kademlia.Storage;
using Causeway.Libp2p.Kademlia.Storage.Sqlite;
using Causeway.Multiformats;
using static Causeway.Libp2p.Tests.Some;

namespace Causeway.Libp2p.Tests.Kademlia.Storage.Sqlite;

/// <summary>A node that is killed in the midst of storing (<c>kill -9</c>). The room of databases tests the same below, at length.</summary>
public sealed class KademliaCrashTests
{
    private const string FileVariable = "CAUSEWAY_DHT_CRASH_FILE";
    private const string Stored = "stored ";

    private static readonly DateTimeOffset Later = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_was_stored_is_there_when_the_process_was_killed()
    {
        var folder = Directory.CreateTempSubdirectory("causeway-dht-crash-").FullName;
        try
        {
            var file = Path.Combine(folder, "dht.db");
            var random = new Random(11);
            for (var round = 0; round < Soak.Count(1, 30); round++)
            {
                var last = await StoreAndKillAsync(file, random.Next(1, 200));
                await using var database = await KademliaDatabase.OpenAsync(file, cancellationToken: Patience);
                Assert.False(File.Exists(file + ".damaged"));
                for (var i = 0; i <= last; i++)
                {
                    Assert.Equal(BitConverter.GetBytes(i), (await database.Records.GetAsync(KeyOf(i)))?.Value.ToArray());
                    // One of each round so far.
                    Assert.InRange((await database.Providers.GetAsync(KeyOf(i), Later.AddYears(-1), round + 2)).Count, 1, round + 1);
                }

                Assert.NotEmpty(await database.RoutingTable.LoadAsync());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] KeyOf(int number) => Encoding.ASCII.GetBytes($"/key/{number}");

    private static async Task<int> StoreAndKillAsync(string file, int count)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-class", typeof(Node).FullName!, "-explicit", "only", "-noColor"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { [FileVariable] = file },
        };
        using var process = Process.Start(start)!;
        try
        {
            var last = -1;
            while (await process.StandardOutput.ReadLineAsync(Patience) is { } line)
            {
                if (!line.StartsWith(Stored, StringComparison.Ordinal)) continue;
                last = int.Parse(line.AsSpan(Stored.Length), CultureInfo.InvariantCulture);
                if (--count == 0) process.Kill();
            }

            Assert.True(count <= 0, "The node ended by itself.");
            return last;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync(Patience);
        }
    }

    /// <summary>The process that is killed.</summary>
    public sealed class Node
    {
        [Fact(Explicit = true)]
        public async Task Stores_until_it_is_killed()
        {
            var file = Environment.GetEnvironmentVariable(FileVariable);
            if (file is null) Assert.Skip("Only as a process that a test kills.");
            var peer = NewPeer();
            using var output = Console.OpenStandardOutput();
            var database = await KademliaDatabase.OpenAsync(file);
            for (var i = 0; ; i++)
            {
                await Task.WhenAll(
                    database.Records.PutAsync(new StoredRecord(KeyOf(i), BitConverter.GetBytes(i), Later)).AsTask(),
                    database.Providers.AddAsync(new ProviderRecord(KeyOf(i), peer, Addresses("/ip4/1.1.1.1/tcp/1"), Later)).AsTask(),
                    database.RoutingTable.SaveAsync([new RoutingTablePeer(peer, [], Later)]).AsTask());
                output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Stored}{i}\n")));
            }
        }
    }
}
