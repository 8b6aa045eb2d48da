using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.GarbageCollection;
using Causeway.Ipfs.Pins;
using Causeway.Ipfs.Stores;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Stores;

/// <summary>What every store in a database does besides: quotas, pins, collections.</summary>
public abstract class PersistentStoreContract : BlockStoreContract
{
    private protected const long MaxBytes = 8 * 1024 * 1024;

    private protected PersistentBlockStore Kept => (PersistentBlockStore)Store;

    [Fact]
    public async Task Usage_counts_each_block_once()
    {
        var (first, second) = (Sample.Leaf(1, 1000), Sample.Leaf(2, 500));
        await Store.PutAsync([first, second, first], Stop);
        await Store.PutAsync([second], Stop);
        Assert.Equal(new StoreUsage(2, 1500, MaxBytes), await Kept.GetUsageAsync(Stop));
        await Store.DeleteAsync([first.Cid], Stop);
        Assert.Equal(new StoreUsage(1, 500, MaxBytes), await Kept.GetUsageAsync(Stop));
    }

    [Fact]
    public async Task What_does_not_fit_the_quota_is_refused_whole()
    {
        await Store.PutAsync([Sample.Leaf(1, 6 * 1024 * 1024)], Stop);
        Block[] tooMuch = [Sample.Leaf(2, 1024 * 1024), Sample.Leaf(3, 1024 * 1024 + 1)];
        var error = await Assert.ThrowsAsync<IpfsException>(async () => await Store.PutAsync(tooMuch, Stop));
        Assert.Equal(IpfsError.QuotaExceeded, error.Error);
        Assert.False(await Store.HasAsync(tooMuch[0].Cid, Stop));
        Assert.Equal(1, (await Kept.GetUsageAsync(Stop)).Blocks);
        await Store.PutAsync(tooMuch[..1], Stop);
        Assert.True(await Store.HasAsync(tooMuch[0].Cid, Stop));
    }

    [Fact]
    public async Task Garbage_makes_room_before_a_put_is_refused()
    {
        using var collector = new GarbageCollector(Kept);
        var pinned = Sample.Leaf(1, 5 * 1024 * 1024);
        await Store.PutAsync([pinned], Stop);
        await Kept.Pins.AddAsync(pinned.Cid, PinKind.Recursive, "kept", cancellationToken: Stop);
        await Store.PutAsync([Sample.Leaf(2, 3 * 1024 * 1024)], Stop);
        await Store.PutAsync([Sample.Leaf(3, 3 * 1024 * 1024)], Stop);
        Assert.False(await Store.HasAsync(Sample.Leaf(2, 3 * 1024 * 1024).Cid, Stop));
        Assert.True(await Store.HasAsync(pinned.Cid, Stop));
        Assert.True(await Store.HasAsync(Sample.Leaf(3, 3 * 1024 * 1024).Cid, Stop));
        await collector.RunAsync(Stop);
    }

    [Fact]
    public async Task A_collection_keeps_what_pins_lead_to_and_nothing_else()
    {
        var shared = Sample.Leaf("shared");
        var (leaf, alone, garbage) = (Sample.Leaf("leaf"), Sample.Leaf("alone"), Sample.Leaf("garbage"));
        var inner = Sample.Node("inner", leaf, shared, shared);
        var root = Sample.Node("root", inner, shared);
        var other = Sample.Node("other", shared, garbage);
        await Store.PutAsync([shared, leaf, alone, garbage, inner, root, other], Stop);
        var pin = await Kept.Pins.AddAsync(root.Cid, PinKind.Recursive, "root", cancellationToken: Stop);
        Assert.Equal((4, root.Data.Length + inner.Data.Length + leaf.Data.Length + shared.Data.Length), (pin.Blocks, pin.Bytes));
        await Kept.Pins.AddAsync(alone.Cid, PinKind.Direct, "alone", cancellationToken: Stop);
        await Kept.Pins.AddAsync(other.Cid, PinKind.Direct, "other's top only", cancellationToken: Stop);

        var result = await Sample.CollectAsync(Kept);
        Assert.NotNull(result);
        Assert.Equal((6, 1, garbage.Data.Length), (result.Kept, result.Deleted, result.DeletedBytes));
        Assert.False(await Store.HasAsync(garbage.Cid, Stop));
        foreach (var block in new[] { shared, leaf, inner, root, alone, other }) Assert.True(await Store.HasAsync(block.Cid, Stop));
        Assert.Equal(6, (await Kept.GetUsageAsync(Stop)).Blocks);
    }

    [Fact]
    public async Task What_another_owner_pinned_stays_when_one_lets_go()
    {
        var leaf = Sample.Leaf("both have it");
        var (first, second) = (Sample.Node("first", leaf), Sample.Node("second", leaf));
        await Store.PutAsync([leaf, first, second], Stop);
        await Kept.Pins.AddAsync(first.Cid, PinKind.Recursive, "tree", "alice", Stop);
        await Kept.Pins.AddAsync(first.Cid, PinKind.Recursive, "tree", "bob", Stop);
        await Kept.Pins.AddAsync(second.Cid, PinKind.Recursive, "tree", "bob", Stop);
        using var collector = new GarbageCollector(Kept);
        Assert.True(await Kept.Pins.RemoveAsync(first.Cid, PinKind.Recursive, "tree", "alice", Stop));
        Assert.False(await Kept.Pins.RemoveAsync(first.Cid, PinKind.Recursive, "tree", "alice", Stop));
        Assert.Equal(0, (await collector.RunAsync(Stop))!.Deleted);
        await Kept.Pins.RemoveAsync(first.Cid, PinKind.Recursive, "tree", "bob", Stop);
        Assert.Equal(1, (await collector.RunAsync(Stop))!.Deleted);
        Assert.True(await Store.HasAsync(leaf.Cid, Stop));
    }

    [Fact]
    public async Task Blocks_put_or_found_under_a_hold_are_not_garbage_until_it_is_let_go_of()
    {
        var (old, found, fresh, foundByLength, read) = (Sample.Leaf("old"), Sample.Leaf("found"), Sample.Leaf("fresh"), Sample.Leaf("by length"), Sample.Leaf("read"));
        using var collector = new GarbageCollector(Kept);
        await Store.PutAsync([old, found, foundByLength, read], Stop);
        await using (var pins = await Store.HoldAsync(Stop)) Assert.Equal(0, (await collector.RunAsync(Stop))!.Deleted);

        var hold = await Store.HoldAsync(Stop);
        await Store.PutAsync([fresh], Stop);
        Assert.True(await Store.HasAsync(found.Cid, Stop));
        Assert.NotNull(await Store.LengthOfAsync(foundByLength.Cid, Stop));
        Assert.NotNull(await Store.TryGetAsync(read.Cid, Stop));
        Assert.Equal(1, (await collector.RunAsync(Stop))!.Deleted);
        Assert.False(await Store.HasAsync(old.Cid, Stop));
        await hold.DisposeAsync();
        Assert.Equal(4, (await collector.RunAsync(Stop))!.Deleted);
    }

    [Fact]
    public async Task Only_whole_trees_are_pinned()
    {
        var (there, missing) = (Sample.Leaf("there"), Sample.Leaf("missing"));
        var root = Sample.Node("root", Sample.Node("inner", there, missing), there);
        await Store.PutAsync([there, Sample.Node("inner", there, missing), root], Stop);
        var error = await Assert.ThrowsAsync<IpfsException>(() => Kept.Pins.AddAsync(root.Cid, PinKind.Recursive, "", cancellationToken: Stop));
        Assert.Equal(IpfsError.BlockNotFound, error.Error);
        Assert.Contains(missing.Cid.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Empty(await ListAsync());
        await Kept.Pins.AddAsync(root.Cid, PinKind.Direct, "", cancellationToken: Stop);
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Pins_are_listed_in_order_whatever_their_number()
    {
        var block = Sample.Leaf("pinned often");
        await Store.PutAsync([block], Stop);
        for (var i = 0; i < 300; i++) await Kept.Pins.AddAsync(block.Cid, PinKind.Direct, $"{i:d4}", i % 2 == 0 ? "even" : "odd", Stop);
        await Kept.Pins.AddAsync(block.Cid, PinKind.Direct, "0000", "even", Stop);
        var all = await ListAsync();
        Assert.Equal(300, all.Count);
        Assert.Equal(all.OrderBy(static pin => (pin.Key.Owner, pin.Key.Name)), all);
        Assert.Equal(150, (await ListAsync("odd")).Count);
        Assert.Empty(await ListAsync("nobody"));
    }

    [Fact]
    public async Task An_owner_pins_no_more_than_its_quota()
    {
        var (small, large) = (Sample.Leaf(1, 400), Sample.Leaf(2, 700));
        await Store.PutAsync([small, large], Stop);
        await Kept.Pins.SetQuotaAsync("page", 1000, Stop);
        await Kept.Pins.AddAsync(small.Cid, PinKind.Recursive, "small", "page", Stop);
        var error = await Assert.ThrowsAsync<IpfsException>(() => Kept.Pins.AddAsync(large.Cid, PinKind.Recursive, "large", "page", Stop));
        Assert.Equal(IpfsError.QuotaExceeded, error.Error);
        Assert.Equal(new PinUsage(1, 400, 1000), await Kept.Pins.GetUsageAsync("page", Stop));
        await Kept.Pins.AddAsync(large.Cid, PinKind.Recursive, "large", "another page", Stop);
        await Kept.Pins.SetQuotaAsync("page", null, Stop);
        await Kept.Pins.AddAsync(large.Cid, PinKind.Recursive, "large", "page", Stop);
        Assert.Equal(new PinUsage(2, 1100, null), await Kept.Pins.GetUsageAsync("page", Stop));
    }

    [Fact]
    public async Task Roots_beside_pins_are_kept_and_may_be_incomplete()
    {
        var (there, missing) = (Sample.Leaf("there"), Sample.Leaf("missing"));
        var root = Sample.Node("root", missing, there);
        await Store.PutAsync([there, root], Stop);
        var options = new GarbageCollectorOptions { Roots = [new FixedRoots(root.Cid, Sample.Leaf("not here").Cid)] };
        var result = await Sample.CollectAsync(Kept, options);
        Assert.NotNull(result);
        Assert.Equal((2, 0), (result.Kept, result.Deleted));
        Assert.Equal(2, result.Missing);
    }

    [Fact]
    public async Task The_same_bytes_are_kept_with_their_links_though_they_were_met_as_raw_first()
    {
        var leaf = Sample.Leaf("leaf");
        var node = Sample.Node("node", leaf);
        var asRaw = new Block(Cid.CreateV1(Multicodec.Raw, node.Cid.Hash), node.Data);
        var root = Sample.Node("root", asRaw, node);
        await Store.PutAsync([leaf, node, root], Stop);
        Assert.Equal(3, (await Kept.Pins.AddAsync(root.Cid, PinKind.Recursive, "", cancellationToken: Stop)).Blocks);
        Assert.Equal(0, (await Sample.CollectAsync(Kept))!.Deleted);
    }

    [Fact]
    public async Task Links_in_a_CID_that_carries_its_bytes_are_followed()
    {
        var leaf = Sample.Leaf("leaf");
        var node = Sample.Node("", leaf);
        var inline = new Block(Cid.CreateV1(Multicodec.DagPb, Multihash.FromDigest(MultihashCode.Identity, node.Data.Span)), node.Data);
        await Store.PutAsync([leaf, Sample.Node("root", inline)], Stop);
        Assert.Equal(2, (await Kept.Pins.AddAsync(Sample.Node("root", inline).Cid, PinKind.Recursive, "", cancellationToken: Stop)).Blocks);
        Assert.Equal(0, (await Sample.CollectAsync(Kept))!.Deleted);
    }

    [Fact]
    public async Task A_deep_tree_and_a_wide_one_are_walked()
    {
        List<Block> blocks = [Sample.Leaf("bottom")];
        for (var i = 0; i < 500; i++) blocks.Add(Sample.Node($"{i}", blocks[^1]));
        Block[] leaves = [.. Enumerable.Range(0, 1200).Select(static i => Sample.Leaf($"leaf {i}"))];
        var root = Sample.Node("wide and deep", [blocks[^1], .. leaves]);
        await Store.PutAsync([.. blocks, .. leaves, root, Sample.Leaf("garbage")], Stop);
        Assert.Equal(blocks.Count + leaves.Length + 1, (await Kept.Pins.AddAsync(root.Cid, PinKind.Recursive, "", cancellationToken: Stop)).Blocks);
        Assert.Equal(1, (await Sample.CollectAsync(Kept))!.Deleted);
    }

    private async Task<List<Pin>> ListAsync(string? owner = null)
    {
        var pins = new List<Pin>();
        await foreach (var pin in Kept.Pins.ListAsync(owner, Stop)) pins.Add(pin);
        return pins;
    }
}
