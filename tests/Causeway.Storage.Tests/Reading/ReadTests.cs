namespace Causeway.Storage.Tests.Reading;

public sealed class ReadTests : IDisposable
{
    private const string Endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n";

    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_read_sees_one_state_however_long_it_takes()
    {
        await using var database = await _folder.OpenAsync();
        await database.WriteAsync(t => StorageFolder.Add(t, "one"));
        using var hasRead = new ManualResetEventSlim();
        using var mayGoOn = new ManualResetEventSlim();
        var reading = Task.Run(() => database.Read(t =>
        {
            var first = StorageFolder.All(t).Count;
            hasRead.Set();
            mayGoOn.Wait(StorageFolder.Patience);
            return (first, StorageFolder.All(t).Count);
        }));
        hasRead.Wait(StorageFolder.Patience);
        await database.WriteAsync(t => StorageFolder.Add(t, "two"));
        Assert.Equal(2, database.Read(StorageFolder.All).Count);
        mayGoOn.Set();
        Assert.Equal((1, 1), await reading);
    }

    [Fact]
    public async Task A_read_cannot_write()
    {
        await using var database = await _folder.OpenAsync();
        var failure = Assert.Throws<StorageException>(() => database.Read(t => t.Execute("DELETE FROM notes")));
        Assert.Equal(StorageError.Inaccessible, failure.Error);
    }

    [Fact]
    public async Task A_token_stops_a_read_in_the_midst_of_it_and_the_next_one_runs()
    {
        await using var database = await _folder.OpenAsync(options: new DatabaseOptions { MaxReaders = 1 });
        for (var i = 0; i < 3; i++)
        {
            using var stop = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => database.Read(
                t =>
                {
                    using var query = t.Prepare(Endless);
                    Assert.True(query.Step());
                    stop.Cancel();
                    while (query.Step())
                    {
                    }

                    return true;
                },
                stop.Token));
            Assert.Empty(database.Read(StorageFolder.All));
        }
    }

    [Fact]
    public async Task A_token_stops_a_single_statement_that_runs_for_ever()
    {
        await using var database = await _folder.OpenAsync();
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() => database.Read(t => t.Execute($"SELECT count(*) FROM ({Endless})"), stop.Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(StorageFolder.Patience));
    }

    [Fact]
    public async Task No_more_read_at_once_than_allowed()
    {
        await using var database = await _folder.OpenAsync(options: new DatabaseOptions { MaxReaders = 1 });
        using var giveUp = new CancellationTokenSource();
        await database.ReadAsync(t =>
        {
            var second = database.ReadAsync(StorageFolder.All, giveUp.Token).AsTask();
            Assert.False(second.IsCompleted);
            giveUp.Cancel();
            Assert.ThrowsAny<OperationCanceledException>(() => database.Read(StorageFolder.All, giveUp.Token));
            return true;
        });
        Assert.Empty(await database.ReadAsync(StorageFolder.All));
    }

    [Fact]
    public async Task A_read_takes_a_span_with_it()
    {
        await using var database = await _folder.OpenAsync();
        await database.WriteAsync(t => StorageFolder.Add(t, "one"));
        Assert.Equal(1, Find(database, "one"u8));
        Assert.Equal(0, Find(database, "two"u8));
    }

    [Fact]
    public async Task A_backup_holds_what_was_there_and_is_its_owners_alone()
    {
        await using var database = await _folder.OpenAsync();
        await database.WriteAsync(t =>
        {
            for (var i = 0; i < 20_000; i++) StorageFolder.Add(t, $"note number {i}, long enough for a file of some pages");
        });
        var writing = database.WriteAsync(t => StorageFolder.Add(t, "meanwhile"));
        await database.BackUpAsync(_folder.At("copy.db"), StorageFolder.Patience);
        await writing;
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("copy.db")));
        await using var copy = await _folder.OpenAsync("copy.db");
        Assert.InRange(copy.Read(StorageFolder.All).Count, 20_000, 20_001);
    }

    [Fact]
    public async Task A_backup_overwrites_nothing_and_leaves_nothing_when_it_is_stopped()
    {
        await using var database = await _folder.OpenAsync();
        await File.WriteAllTextAsync(_folder.At("precious"), "x", StorageFolder.Patience);
        await Assert.ThrowsAsync<StorageException>(() => database.BackUpAsync(_folder.At("precious")));
        Assert.Equal("x", await File.ReadAllTextAsync(_folder.At("precious"), StorageFolder.Patience));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => database.BackUpAsync(_folder.At("copy.db"), new CancellationToken(canceled: true)));
        Assert.False(File.Exists(_folder.At("copy.db")));
    }

    private static long Find(Database database, ReadOnlySpan<byte> text) => database.Read(text, static (transaction, text) =>
    {
        using var query = transaction.Prepare("SELECT count(*) FROM notes WHERE text = ?1").BindText(1, text);
        return query.Step() ? query.GetInt64(0) : -1;
    });
}
