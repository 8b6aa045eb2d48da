namespace Causeway.Storage.Tests.Opening;

public sealed class DatabaseOpeningTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_written_is_there_when_it_is_opened_again()
    {
        await using (var database = await _folder.OpenAsync()) await database.WriteAsync(t => StorageFolder.Add(t, "one"));
        await using var again = await _folder.OpenAsync();
        Assert.Equal(["one"], again.Read(StorageFolder.All));
    }

    [Fact]
    public async Task Closing_leaves_one_file()
    {
        await using (var database = await _folder.OpenAsync())
        {
            await database.WriteAsync(t => StorageFolder.Add(t, "one"));
            _ = database.Read(StorageFolder.All);
            Assert.Equal(3, Directory.GetFiles(_folder.Path).Length);
        }

        Assert.Equal([_folder.At("notes.db")], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Its_files_and_a_folder_made_for_it_are_its_owners_alone()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var database = await _folder.OpenAsync("new/notes.db");
        await database.WriteAsync(t => StorageFolder.Add(t, "one"));
        foreach (var file in Directory.GetFiles(_folder.At("new"))) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.At("new")));
    }

    [Fact]
    public async Task A_file_that_others_could_read_is_closed_to_them()
    {
        if (OperatingSystem.IsWindows()) return;
        await (await _folder.OpenAsync()).DisposeAsync();
        File.SetUnixFileMode(_folder.At("notes.db"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await (await _folder.OpenAsync()).DisposeAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("notes.db")));
    }

    [Fact]
    public async Task A_link_is_not_followed_but_links_among_the_folders_are()
    {
        await (await _folder.OpenAsync("real/notes.db")).DisposeAsync();
        File.CreateSymbolicLink(_folder.At("link.db"), _folder.At("real/notes.db"));
        var failure = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync("link.db"));
        Assert.Equal(StorageError.Inaccessible, failure.Error);
        Assert.Contains("symbolic link", failure.Message);

        File.CreateSymbolicLink(_folder.At("nowhere.db"), _folder.At("real/other.db"));
        await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync("nowhere.db"));
        Assert.False(File.Exists(_folder.At("real/other.db")));

        Directory.CreateSymbolicLink(_folder.At("folder"), "real");
        await using var database = await _folder.OpenAsync("folder/notes.db");
        Assert.Equal(_folder.At("real/notes.db"), database.Path);
    }

    [Fact]
    public async Task Older_versions_are_migrated_and_keep_what_they_hold()
    {
        await using (var old = await _folder.OpenAsync()) await old.WriteAsync(t => StorageFolder.Add(t, "one"));
        var newer = new DatabaseSchema(
            StorageFolder.Notes.ApplicationId,
            [.. StorageFolder.Notes.Migrations, "ALTER TABLE notes ADD COLUMN rank INTEGER NOT NULL DEFAULT 7", "CREATE INDEX ranks ON notes (rank)"]);
        for (var i = 0; i < 2; i++)
        {
            await using var database = await _folder.OpenAsync(schema: newer);
            Assert.Equal(7, database.Read(t =>
            {
                using var query = t.Prepare("SELECT rank FROM notes INDEXED BY ranks WHERE rank > 0");
                Assert.True(query.Step());
                return query.GetInt64(0);
            }));
        }

        var failure = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync());
        Assert.Equal(StorageError.TooNew, failure.Error);
        Assert.Contains("Update Causeway", failure.Message);
    }

    [Fact]
    public async Task A_migration_that_fails_changes_nothing()
    {
        await using (var old = await _folder.OpenAsync()) await old.WriteAsync(t => StorageFolder.Add(t, "one"));
        var broken = new DatabaseSchema(StorageFolder.Notes.ApplicationId, [.. StorageFolder.Notes.Migrations, "DROP TABLE notes; CREATE TABLE x (y); nonsense"]);
        await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync(schema: broken));
        await using var database = await _folder.OpenAsync();
        Assert.Equal(["one"], database.Read(StorageFolder.All));
    }

    [Fact]
    public async Task Another_kind_of_database_is_refused_and_left_as_it_is()
    {
        await using (var other = await _folder.OpenAsync(schema: new DatabaseSchema(42, "CREATE TABLE x (y)")))
            await other.WriteAsync(t => t.Execute("INSERT INTO x VALUES (1)"));
        var before = await File.ReadAllBytesAsync(_folder.At("notes.db"), StorageFolder.Patience);
        var failure = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync());
        Assert.Equal(StorageError.NotThisDatabase, failure.Error);
        Assert.Contains("not a Causeway database", failure.Message);
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.At("notes.db"), StorageFolder.Patience));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        await File.WriteAllTextAsync(_folder.At("notes.db"), string.Concat(Enumerable.Repeat("Dear diary, ", 1000)), StorageFolder.Patience);
        var before = await File.ReadAllBytesAsync(_folder.At("notes.db"), StorageFolder.Patience);
        var failure = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync());
        Assert.Equal(StorageError.NotThisDatabase, failure.Error);
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.At("notes.db"), StorageFolder.Patience));
    }

    [Fact]
    public async Task A_damaged_database_is_refused_with_what_to_do()
    {
        await using (var database = await _folder.OpenAsync())
        {
            await database.WriteAsync(t =>
            {
                for (var i = 0; i < 1000; i++) StorageFolder.Add(t, $"note {i}");
            });
        }

        using (var file = File.OpenHandle(_folder.At("notes.db"), FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.Write(file, new byte[4096], fileOffset: 4096);
        var failure = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync());
        Assert.Equal(StorageError.Corrupt, failure.Error);
        Assert.Contains("backup", failure.Message);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        await File.WriteAllTextAsync(_folder.At("file"), "", StorageFolder.Patience);
        var failure = await Assert.ThrowsAsync<StorageException>(() => _folder.OpenAsync("file/notes.db"));
        Assert.Equal(StorageError.Inaccessible, failure.Error);
        Assert.Contains(_folder.At("file/notes.db"), failure.Message);
    }

    [Fact]
    public async Task A_database_that_another_one_writes_to_is_busy_for_no_longer_than_allowed()
    {
        var options = new DatabaseOptions { Durability = Durability.Process, BusyTimeout = TimeSpan.Zero };
        await using var first = await _folder.OpenAsync();
        await using var second = await _folder.OpenAsync(options: options);
        using var release = new ManualResetEventSlim();
        var isWriting = new TaskCompletionSource();
        var writing = first.WriteAsync(t =>
        {
            StorageFolder.Add(t, "first");
            isWriting.SetResult();
            release.Wait(StorageFolder.Patience);
        });
        await isWriting.Task;
        var failure = await Assert.ThrowsAsync<StorageException>(() => second.WriteAsync(t => StorageFolder.Add(t, "second")));
        Assert.Equal(StorageError.Busy, failure.Error);
        Assert.Empty(second.Read(StorageFolder.All));
        release.Set();
        await writing;
        await second.WriteAsync(t => StorageFolder.Add(t, "second"));
        Assert.Equal(["first", "second"], first.Read(StorageFolder.All));
    }

    [Fact]
    public async Task Many_open_a_new_database_at_once()
    {
        var options = new DatabaseOptions { Durability = Durability.Process, BusyTimeout = TimeSpan.FromMinutes(1) };
        for (var round = 0; round < Soak.Count(20, 1000); round++)
        {
            var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _folder.OpenAsync($"{round}.db", options: options)));
            await Task.WhenAll(all.Select((database, i) => database.WriteAsync(t => StorageFolder.Add(t, $"{i}"))));
            Assert.Equal(8, all[0].Read(StorageFolder.All).Count);
            foreach (var database in all) await database.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(512)]
    [InlineData(65_536)]
    public async Task A_new_file_has_pages_as_asked_and_keeps_them(int bytes)
    {
        await using (var database = await _folder.OpenAsync(options: new DatabaseOptions { Durability = Durability.Process, PageBytes = bytes }))
            await database.WriteAsync(t => StorageFolder.Add(t, "first"));
        await using var again = await _folder.OpenAsync();
        Assert.Equal(bytes, again.Read(static t =>
        {
            using var query = t.Prepare("PRAGMA page_size");
            return query.Step() ? query.GetInt64(0) : 0;
        }));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(5000)]
    [InlineData(131_072)]
    public async Task Pages_of_sizes_that_cannot_be_are_refused(int bytes) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _folder.OpenAsync(options: new DatabaseOptions { PageBytes = bytes }));

    [Fact]
    public async Task Options_out_of_range_are_named()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => _folder.OpenAsync(options: new DatabaseOptions { MaxReaders = 0 }));
        Assert.Contains(nameof(DatabaseOptions.MaxReaders), failure.Message);
    }
}
