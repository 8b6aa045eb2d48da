using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Pins;
using Causeway.Ipfs.Stores.Sqlite;
using Causeway.Storage;

namespace Causeway.Ipfs.Tests.Stores;

/// <summary>Blocks in an SQLite file.</summary>
public sealed class SqliteBlockStoreTests : PersistentStoreContract
{
    private readonly StoreFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Blocks_totals_pins_and_quotas_survive_a_restart()
    {
        var (leaf, garbage) = (Sample.Leaf("leaf"), Sample.Leaf("garbage"));
        var root = Sample.Node("root", leaf);
        await Store.PutAsync([leaf, root, garbage], Stop);
        await Kept.Pins.AddAsync(root.Cid, PinKind.Recursive, "tree", "page", Stop);
        await Kept.Pins.SetQuotaAsync("page", 1234, Stop);
        var usage = await Kept.GetUsageAsync(Stop);
        await Store.DisposeAsync();

        await using var again = await SqliteBlockStore.OpenAsync(_folder.Database, Options, cancellationToken: Stop);
        Assert.Equal(usage, await again.GetUsageAsync(Stop));
        Assert.Equal(new PinUsage(1, root.Data.Length + leaf.Data.Length, 1234), await again.Pins.GetUsageAsync("page", Stop));
        Assert.Equal(1, (await Sample.CollectAsync(again))!.Deleted);
        Assert.Equal(leaf.Data.ToArray(), (await again.GetAsync(leaf.Cid, Stop)).ToArray());
    }

    [Fact]
    public async Task Blocks_are_found_in_the_small_index_and_in_the_large_one()
    {
        // More than the small one takes.
        Block[] blocks = [.. Enumerable.Range(0, 6000).Select(static i => Sample.Leaf($"{i}"))];
        foreach (var chunk in blocks.Chunk(500)) await Store.PutAsync(chunk, Stop);
        await Store.PutAsync([blocks[0], blocks[^1]], Stop);
        await Store.DeleteAsync([blocks[1].Cid, blocks[^2].Cid], Stop);
        await Store.PutAsync([blocks[1], blocks[^2]], Stop);
        Assert.Equal(6000, (await Kept.GetUsageAsync(Stop)).Blocks);
        var usage = await Kept.GetUsageAsync(Stop);
        await Store.DisposeAsync();

        await using var again = await SqliteBlockStore.OpenAsync(_folder.Database, Options, cancellationToken: Stop);
        Assert.Equal(usage, await again.GetUsageAsync(Stop));
        foreach (var block in blocks) Assert.Equal(block.Data.ToArray(), (await again.GetAsync(block.Cid, Stop)).ToArray());
        Assert.Equal(6000, (await Sample.CollectAsync(again))!.Deleted);
    }

    [Fact]
    public async Task A_file_has_one_store_at_a_time_and_the_second_leaves_it_intact()
    {
        await Store.PutAsync([Sample.Leaf("before")], Stop);
        var error = await Assert.ThrowsAsync<StorageException>(() => SqliteBlockStore.OpenAsync(_folder.Database, Options, cancellationToken: Stop));
        Assert.Equal(StorageError.Busy, error.Error);
        await Store.PutAsync([Sample.Leaf("after")], Stop);
        Assert.Equal(2, (await Kept.GetUsageAsync(Stop)).Blocks);
        await Store.DisposeAsync();
        await using var next = await SqliteBlockStore.OpenAsync(_folder.Database, Options, cancellationToken: Stop);
        Assert.True(await next.HasAsync(Sample.Leaf("after").Cid, Stop));
    }

    [Fact]
    public async Task Of_several_collections_at_once_one_goes_on()
    {
        await using var first = await Kept.Table.BeginCollectionAsync(Stop);
        Assert.NotNull(first);
        Assert.Null(await Kept.Table.BeginCollectionAsync(Stop));
        Assert.Null(await Sample.CollectAsync(Kept));
        await first.DisposeAsync();
        Assert.NotNull(await Sample.CollectAsync(Kept));
    }

    [Fact]
    public async Task A_damaged_block_that_is_kept_stops_a_collection_before_it_deletes()
    {
        var leaf = Sample.Leaf("leaf");
        var root = Sample.Node("root", leaf);
        await Store.PutAsync([leaf, Sample.Leaf("garbage"), root], Stop);
        await Kept.Pins.AddAsync(root.Cid, PinKind.Recursive, "", cancellationToken: Stop);
        await Store.DisposeAsync();
        await using (var database = await Database.OpenAsync(_folder.Database, BlockSchema.Schema, cancellationToken: Stop))
        {
            await database.WriteAsync(
                transaction =>
                {
                    using var update = transaction.Prepare("UPDATE data SET bytes = ?1 WHERE hash = ?2");
                    update.Bind(1, Sample.Node("root").Data.Span).Bind(2, root.Cid.Hash.Bytes.Span).Execute();
                },
                Stop);
        }

        await using var damaged = await SqliteBlockStore.OpenAsync(_folder.Database, Options, cancellationToken: Stop);
        var error = await Assert.ThrowsAsync<IpfsException>(() => Sample.CollectAsync(damaged));
        Assert.Equal(IpfsError.HashMismatch, error.Error);
        Assert.Equal(3, (await damaged.GetUsageAsync(Stop)).Blocks);
    }

    [Fact]
    public void Options_out_of_their_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SqliteBlockStoreOptions { MaxBytes = Block.MaxLength - 1 }.Validate());
        Assert.Throws<ArgumentException>(() => new SqliteBlockStoreOptions { CacheBytes = 1000 }.Validate());
    }

    private static SqliteBlockStoreOptions Options => new() { MaxBytes = MaxBytes, Durability = Durability.Process };

    private protected override async Task<IBlockStore> OpenAsync() => await SqliteBlockStore.OpenAsync(_folder.Database, Options, cancellationToken: Stop);
}
