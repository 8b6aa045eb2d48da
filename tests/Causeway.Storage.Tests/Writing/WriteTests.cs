namespace Causeway.Storage.Tests.Writing;

public sealed class WriteTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_write_that_throws_is_taken_back_alone()
    {
        await using var database = await _folder.OpenAsync();
        using var writer = new HeldWriter(database);
        var before = database.WriteAsync(t => StorageFolder.Add(t, "before"));
        var failing = database.WriteAsync(t =>
        {
            StorageFolder.Add(t, "half");
            throw new TimeZoneNotFoundException();
        });
        var violating = database.WriteAsync(t =>
        {
            StorageFolder.Add(t, "other half");
            StorageFolder.Add(t, "before");
        });
        var after = database.WriteAsync(t => StorageFolder.Add(t, "after"));
        writer.Release();
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => failing);
        Assert.Equal(StorageError.Constraint, (await Assert.ThrowsAsync<StorageException>(() => violating)).Error);
        await before;
        await after;
        Assert.Equal(["before", "after"], database.Read(StorageFolder.All));
    }

    [Fact]
    public async Task What_follows_a_write_that_throws_first_of_all_is_committed()
    {
        await using var database = await _folder.OpenAsync();
        using var isFirst = new ManualResetEventSlim();
        using var isFollowed = new ManualResetEventSlim();
        var failing = database.WriteAsync(t =>
        {
            isFirst.Set();
            isFollowed.Wait(StorageFolder.Patience);
            throw new TimeZoneNotFoundException();
        });
        isFirst.Wait(StorageFolder.Patience);
        var after = database.WriteAsync(t => StorageFolder.Add(t, "after"));
        isFollowed.Set();
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => failing);
        await after;
        Assert.Equal(["after"], database.Read(StorageFolder.All));
    }

    [Fact]
    public async Task Writes_that_wait_are_committed_together()
    {
        await using var database = await _folder.OpenAsync();
        using var writer = new HeldWriter(database);
        var innocent = database.WriteAsync(t => StorageFolder.Add(t, "innocent"));
        var guilty = database.WriteAsync(t => t.Execute("ROLLBACK"));
        writer.Release();
        await Assert.ThrowsAsync<InvalidOperationException>(() => guilty);
        await Assert.ThrowsAsync<InvalidOperationException>(() => innocent);
        Assert.Empty(database.Read(StorageFolder.All));
        await database.WriteAsync(t => StorageFolder.Add(t, "next"));
        Assert.Equal(["next"], database.Read(StorageFolder.All));
    }

    [Fact]
    public async Task A_commit_has_no_more_writes_than_allowed()
    {
        await using var database = await _folder.OpenAsync(options: new DatabaseOptions { Durability = Durability.Process, MaxWritesPerCommit = 2 });
        using var writer = new HeldWriter(database);
        var first = database.WriteAsync(t => StorageFolder.Add(t, "first"));
        var seen = database.WriteAsync(_ => database.Read(StorageFolder.All));
        writer.Release();
        await first;
        Assert.Equal(["first"], await seen);
    }

    [Fact]
    public async Task Nobody_sees_a_write_before_it_is_committed()
    {
        await using var database = await _folder.OpenAsync();
        Assert.Empty(await database.WriteAsync(t =>
        {
            StorageFolder.Add(t, "one");
            Assert.Equal(["one"], StorageFolder.All(t));
            return database.Read(StorageFolder.All);
        }));
        Assert.Equal(["one"], database.Read(StorageFolder.All));
    }

    [Fact]
    public async Task A_full_queue_makes_writers_wait()
    {
        await using var database = await _folder.OpenAsync(options: new DatabaseOptions { Durability = Durability.Process, MaxQueuedWrites = 2 });
        using var writer = new HeldWriter(database);
        var queued = Enumerable.Range(0, 2).Select(i => database.WriteAsync(t => StorageFolder.Add(t, $"{i}"))).ToArray();
        using var impatience = new CancellationTokenSource();
        var ran = false;
        var waiting = database.WriteAsync(_ => ran = true, impatience.Token);
        var patient = database.WriteAsync(t => StorageFolder.Add(t, "patient"));

        // It is not in the queue: cancelling ends it though the writer is held.
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.All(queued, write => Assert.False(write.IsCompleted));
        writer.Release();
        await Task.WhenAll(queued);
        await patient;
        Assert.False(ran);
        Assert.Equal(["0", "1", "patient"], database.Read(StorageFolder.All).Order());
    }

    [Fact]
    public async Task A_write_given_up_in_the_queue_is_not_done()
    {
        await using var database = await _folder.OpenAsync();
        using var writer = new HeldWriter(database);
        using var giveUp = new CancellationTokenSource();
        var given = database.WriteAsync(t => StorageFolder.Add(t, "given up"), giveUp.Token);
        var kept = database.WriteAsync(t => StorageFolder.Add(t, "kept"));
        await giveUp.CancelAsync();
        writer.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await kept;
        Assert.Equal(["kept"], database.Read(StorageFolder.All));
    }

    [Fact]
    public async Task Transactions_are_not_nested()
    {
        await using var database = await _folder.OpenAsync();
        var nested = Task.CompletedTask;
        await database.WriteAsync(t =>
        {
            nested = database.WriteAsync(_ => { });
            Assert.Throws<StorageException>(() => t.Execute("BEGIN"));
            StorageFolder.Add(t, "one");
        });
        await Assert.ThrowsAsync<InvalidOperationException>(() => nested);
        Assert.Equal(["one"], database.Read(StorageFolder.All));
    }

    [Fact]
    public async Task Closing_does_what_is_queued_and_refuses_the_rest()
    {
        var database = await _folder.OpenAsync();
        using var writer = new HeldWriter(database);
        var queued = Enumerable.Range(0, 50).Select(i => database.WriteAsync(t => StorageFolder.Add(t, $"{i}"))).ToArray();
        var closing = database.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.WriteAsync(_ => { }));
        writer.Release();
        await closing;
        await Task.WhenAll(queued);
        Assert.Throws<ObjectDisposedException>(() => database.Read(StorageFolder.All));
        await database.DisposeAsync();
        await using var again = await _folder.OpenAsync();
        Assert.Equal(50, again.Read(StorageFolder.All).Count);
    }

    [Fact]
    public async Task A_statement_left_standing_does_not_keep_the_commit_from_happening()
    {
        await using var database = await _folder.OpenAsync();
        await database.WriteAsync(t =>
        {
            for (var i = 0; i < 10; i++) StorageFolder.Add(t, $"{i}");
            var left = t.Prepare("DELETE FROM notes RETURNING id");
            Assert.True(left.Step());
        });
        await database.WriteAsync(t => StorageFolder.Add(t, "next"));
        Assert.Contains("next", database.Read(StorageFolder.All));
    }

    [Fact]
    public async Task Many_threads_read_and_write()
    {
        await using var database = await _folder.OpenAsync();
        var perThread = Soak.Count(100, 5000);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < perThread; i++)
            {
                var own = i;
                await database.WriteAsync(t => StorageFolder.Add(t, $"{thread}/{own}"));
                var found = await database.ReadAsync(t => CountOf(t, $"{thread}/%"));
                Assert.Equal(own + 1, found);
            }
        })));
        Assert.Equal(8 * perThread, database.Read(t => CountOf(t, "%")));
        await database.CheckAsync(StorageFolder.Patience);
    }

    private static long CountOf(Transaction transaction, string pattern)
    {
        using var query = transaction.Prepare("SELECT count(*) FROM notes WHERE text LIKE ?1").Bind(1, pattern);
        return query.Step() ? query.GetInt64(0) : -1;
    }
}
