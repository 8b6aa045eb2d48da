using System.Diagnostics;

namespace Causeway.Storage.Tests.Crashes;

public sealed class FullDiskTests
{
    [Fact]
    public Task On_a_disk_of_its_own() => PrivateNetwork.RunAsync<OnASmallDisk>();

    /// <summary>In a mount namespace, which may be given file systems.</summary>
    public sealed class OnASmallDisk : IDisposable
    {
        private static readonly DatabaseSchema Blobs = new(0x424C4F42, "CREATE TABLE blobs (id INTEGER PRIMARY KEY, data BLOB NOT NULL)");

        private readonly StorageFolder _folder = new();

        public OnASmallDisk() => Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", _folder.Path);

        public void Dispose()
        {
            Run("umount", _folder.Path);
            _folder.Dispose();
        }

        [Theory(Explicit = true)]
        [InlineData(Durability.Power)]
        [InlineData(Durability.Process)]
        public async Task A_full_disk_is_named_harms_nothing_and_is_gone_when_there_is_room(Durability durability)
        {
            var options = new DatabaseOptions { Durability = durability };
            await File.WriteAllBytesAsync(_folder.At("filler"), new byte[512 * 1024], StorageFolder.Patience);
            long stored = 0;
            await using (var database = await _folder.OpenAsync("blobs.db", Blobs, options))
            {
                StorageException failure;
                while (true)
                {
                    try
                    {
                        await database.WriteAsync(Add);
                        stored++;
                    }
                    catch (StorageException error)
                    {
                        failure = error;
                        break;
                    }
                }

                Assert.Equal(StorageError.Full, failure.Error);
                Assert.Contains("room", failure.Message);
                Assert.InRange(stored, 10, 1000);
                Assert.Equal(stored, Count(database));
                await database.CheckAsync(StorageFolder.Patience);

                File.Delete(_folder.At("filler"));
                await database.WriteAsync(Add);
                stored++;
            }

            await using var again = await _folder.OpenAsync("blobs.db", Blobs, options);
            Assert.Equal(stored, Count(again));
            await again.CheckAsync(StorageFolder.Patience);
        }

        [Fact(Explicit = true)]
        public async Task A_full_disk_refuses_a_new_database_and_takes_it_later()
        {
            Fill();
            var failure = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync("blobs.db", Blobs));
            Assert.Equal(StorageError.Full, failure.Error);
            File.Delete(_folder.At("filler"));
            await using var database = await _folder.OpenAsync("blobs.db", Blobs);
            await database.WriteAsync(Add);
            Assert.Equal(1, Count(database));
        }

        [Fact(Explicit = true)]
        public async Task What_was_stored_is_read_though_the_disk_is_full()
        {
            await using (var database = await _folder.OpenAsync("blobs.db", Blobs)) await database.WriteAsync(Add);
            await using (var database = await _folder.OpenAsync("blobs.db", Blobs))
            {
                Fill();
                Assert.Equal(1, Count(database));
                var failure = await Assert.ThrowsAsync<StorageException>(() => database.BackUpAsync(_folder.At("copy.db")));
                Assert.Equal(StorageError.Full, failure.Error);
                Assert.False(File.Exists(_folder.At("copy.db")));
            }
        }

        private static void Add(Transaction transaction)
        {
            using var insert = transaction.Prepare("INSERT INTO blobs (data) VALUES (?1)");
            insert.Bind(1, new byte[10_000]).Execute();
        }

        private static long Count(Database database) => database.Read(t =>
        {
            using var query = t.Prepare("SELECT count(*) FROM blobs");
            return query.Step() ? query.GetInt64(0) : -1;
        });

        private static void Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }

        private void Fill()
        {
            try
            {
                using var file = new FileStream(_folder.At("filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
                while (true) file.Write(new byte[4096]);
            }
            catch (IOException)
            {
                // Full, as it should be.
            }
        }
    }
}
