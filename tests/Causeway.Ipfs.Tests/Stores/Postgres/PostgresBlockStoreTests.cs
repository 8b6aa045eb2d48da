using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Pins;
using Causeway.Ipfs.Stores;
using Causeway.Ipfs.Stores.Postgres;
using Causeway.Storage;
using Causeway.Storage.Postgres;

namespace Causeway.Ipfs.Tests.Stores.Postgres;

/// <summary>Blocks in PostgreSQL, of one node and of several.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresBlockStoreTests(PostgresServer server) : PersistentStoreContract
{
    private readonly ManualTimeProvider _time = new();
    private PostgresBlockStoreOptions _options = null!;
    private PostgresBlockStore _other = null!;

    public override async ValueTask DisposeAsync()
    {
        if (_other is not null) await _other.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task What_one_node_puts_pins_and_deletes_is_so_for_the_others()
    {
        var (first, second) = (Sample.Leaf("first"), Sample.Leaf("second"));
        await Store.PutAsync([first], Stop);
        await _other.PutAsync([first, second], Stop);
        Assert.Equal(first.Data.ToArray(), (await _other.GetAsync(first.Cid, Stop)).ToArray());
        Assert.Equal(new StoreUsage(2, first.Data.Length + second.Data.Length, MaxBytes), await Kept.GetUsageAsync(Stop));
        await Kept.Pins.AddAsync(first.Cid, PinKind.Recursive, "kept", cancellationToken: Stop);
        Assert.Equal(1, (await Sample.CollectAsync(_other))!.Deleted);
        Assert.False(await Store.HasAsync(second.Cid, Stop));
    }

    [Fact]
    public async Task Nodes_that_put_the_same_blocks_at_once_count_them_once()
    {
        Block[] blocks = [.. Enumerable.Range(0, 200).Select(static i => Sample.Leaf(i, 100))];
        Block[] reversed = [.. blocks.Reverse()];
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? Store : _other).PutAsync(i % 3 == 0 ? blocks : reversed, Stop).AsTask()));
        Assert.Equal(new StoreUsage(200, 20_000, MaxBytes), await Kept.GetUsageAsync(Stop));
    }

    [Fact]
    public async Task What_a_node_holds_another_one_does_not_collect()
    {
        var (old, found, fresh) = (Sample.Leaf("old"), Sample.Leaf("found"), Sample.Leaf("fresh"));
        await Store.PutAsync([old, found], Stop);
        await (await _other.Table.BeginCollectionAsync(Stop))!.DisposeAsync();
        var hold = await Store.HoldAsync(Stop);
        Assert.True(await Store.HasAsync(found.Cid, Stop));
        await Store.PutAsync([fresh], Stop);
        Assert.Equal(1, (await Sample.CollectAsync(_other))!.Deleted);
        Assert.Equal(0, (await Sample.CollectAsync(_other))!.Deleted);
        Assert.False(await Store.HasAsync(old.Cid, Stop));
        await hold.DisposeAsync();
        Assert.Equal(2, (await Sample.CollectAsync(_other))!.Deleted);
    }

    [Fact]
    public async Task Holds_are_prolonged_while_their_node_lives()
    {
        await using var hold = await Store.HoldAsync(Stop);
        await RunAsync("UPDATE block_holds SET expires = now() + interval '1 second'");
        _time.Advance(_options.HoldLease / 4);
        await Eventually.HoldsAsync(async () => await CountAsync("SELECT count(*) FROM block_holds WHERE expires > now() + interval '1 minute'") == 1);
    }

    [Fact]
    public async Task Holds_of_a_node_that_died_run_out()
    {
        await using var hold = await Store.HoldAsync(Stop);
        await Store.PutAsync([Sample.Leaf("on the way")], Stop);
        Assert.Equal(0, (await Sample.CollectAsync(_other))!.Deleted);
        await RunAsync("UPDATE block_holds SET expires = now() - interval '1 second'");
        Assert.Equal(1, (await Sample.CollectAsync(_other))!.Deleted);

        // It was not dead after all: what comes from here on is held again.
        _time.Advance(_options.HoldLease / 4);
        await Eventually.HoldsAsync(async () => await CountAsync("SELECT count(*) FROM block_holds") == 1);
        await Store.PutAsync([Sample.Leaf("on the way")], Stop);
        Assert.Equal(0, (await Sample.CollectAsync(_other))!.Deleted);
    }

    [Fact]
    public async Task A_hold_that_was_let_go_of_leaves_nothing()
    {
        await (await Store.HoldAsync(Stop)).DisposeAsync();
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM block_holds"));
    }

    [Fact]
    public async Task One_node_collects_at_a_time()
    {
        await using (var sweep = await Kept.Table.BeginCollectionAsync(Stop))
        {
            Assert.NotNull(sweep);
            Assert.Null(await Sample.CollectAsync(_other));
        }

        Assert.NotNull(await Sample.CollectAsync(_other));
    }

    [Fact]
    public async Task Nodes_that_pin_for_one_owner_at_once_stay_within_its_quota()
    {
        Block[] blocks = [.. Enumerable.Range(0, 12).Select(static i => Sample.Leaf(i, 100))];
        await Store.PutAsync(blocks, Stop);
        await Kept.Pins.SetQuotaAsync("page", 350, Stop);
        var pins = await Task.WhenAll(blocks.Select(async (block, i) =>
        {
            try
            {
                await (i % 2 == 0 ? Kept : _other).Pins.AddAsync(block.Cid, PinKind.Direct, "", "page", Stop);
                return 1;
            }
            catch (IpfsException error) when (error.Error == IpfsError.QuotaExceeded)
            {
                return 0;
            }
        }));
        Assert.Equal(3, pins.Sum());
    }

    [Fact]
    public async Task Tables_of_a_later_version_are_refused()
    {
        await RunAsync("UPDATE causeway_versions SET version = version + 1");
        var error = await Assert.ThrowsAsync<StorageException>(() => PostgresBlockStore.OpenAsync(_options, cancellationToken: Stop));
        Assert.Equal(StorageError.TooNew, error.Error);
    }

    [Fact]
    public async Task The_password_is_in_no_text()
    {
        Assert.DoesNotContain("secret-of-the-test", $"{_options} {_options.Database}", StringComparison.Ordinal);
        var nowhere = new PostgresOptions { ConnectionString = "Host=/nowhere;Username=causeway;Password=secret-of-the-test" };
        var error = await Assert.ThrowsAsync<StorageException>(() => PostgresBlockStore.OpenAsync(_options with { Database = nowhere }, cancellationToken: Stop));
        Assert.Equal(StorageError.Inaccessible, error.Error);
        Assert.DoesNotContain("secret-of-the-test", error.ToString(), StringComparison.Ordinal);
        var unreadable = new PostgresOptions { ConnectionString = "Password secret-of-the-test" };
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => PostgresBlockStore.OpenAsync(_options with { Database = unreadable }, cancellationToken: Stop));
        Assert.DoesNotContain("secret-of-the-test", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("public; DROP TABLE blocks")]
    [InlineData("Big")]
    [InlineData("1st")]
    public void Namespaces_are_plain_names(string name) => Assert.Throws<ArgumentException>(() => new PostgresOptions { Namespace = name }.Validate());

    private protected override async Task<IBlockStore> OpenAsync()
    {
        _options = new PostgresBlockStoreOptions { Database = await server.NewNamespaceAsync(), MaxBytes = MaxBytes };

        // At once, so that both find no tables.
        var stores = await Task.WhenAll(
            PostgresBlockStore.OpenAsync(_options, _time, cancellationToken: Stop), PostgresBlockStore.OpenAsync(_options, _time, cancellationToken: Stop));
        _other = stores[1];
        return stores[0];
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var database = await PostgresDatabase.OpenAsync(new PostgresSchema("nothing"), _options.Database, Stop);
        return await database.ReadAsync(async (connection, stop) => (await connection.Command(sql).ListAsync(static row => row.GetInt64(0), stop))[0], Stop);
    }

    private async Task RunAsync(string sql)
    {
        await using var database = await PostgresDatabase.OpenAsync(new PostgresSchema("nothing"), _options.Database, Stop);
        await database.ReadAsync((connection, stop) => connection.Command(sql).RunAsync(stop), Stop);
    }
}
