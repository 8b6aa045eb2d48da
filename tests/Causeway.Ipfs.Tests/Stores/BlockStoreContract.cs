using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Stores;

/// <summary>What every store of blocks does.</summary>
public abstract class BlockStoreContract : IAsyncLifetime
{
    private protected static CancellationToken Stop => Sample.Stop;

    private protected IBlockStore Store { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Store is not null) await Store.DisposeAsync();
    }

    [Fact]
    public async Task What_was_put_is_there_under_every_CID_of_its_hash()
    {
        var block = Sample.Leaf("a block");
        await Store.PutAsync([block], Stop);
        Assert.Equal(block.Data.ToArray(), (await Store.GetAsync(block.Cid, Stop)).ToArray());
        Assert.True(await Store.HasAsync(Cid.CreateV1(Multicodec.DagPb, block.Cid.Hash), Stop));
        Assert.Equal(block.Data.Length, await Store.LengthOfAsync(Cid.CreateV0(block.Cid.Hash), Stop));
    }

    [Fact]
    public async Task What_is_not_there_is_null_or_an_error_that_names_it()
    {
        var block = Sample.Leaf("never put");
        Assert.Null(await Store.TryGetAsync(block.Cid, Stop));
        Assert.Null(await Store.LengthOfAsync(block.Cid, Stop));
        Assert.False(await Store.HasAsync(block.Cid, Stop));
        var error = await Assert.ThrowsAsync<IpfsException>(async () => await Store.GetAsync(block.Cid, Stop));
        Assert.Equal(IpfsError.BlockNotFound, error.Error);
        Assert.Contains(block.Cid.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8192)]
    [InlineData(32_768)]
    [InlineData(Block.MaxLength)]
    public async Task Blocks_of_all_lengths_come_back_as_they_were(int length)
    {
        var block = Sample.Leaf(length, length);
        await Store.PutAsync([block], Stop);
        var found = await Store.TryGetAsync(block.Cid, Stop);
        Assert.NotNull(found);
        Assert.True(found.Value.Span.SequenceEqual(block.Data.Span));
        Assert.Equal(length, await Store.LengthOfAsync(block.Cid, Stop));
    }

    [Fact]
    public async Task Many_are_put_at_once_and_twice_does_no_harm()
    {
        Block[] blocks = [.. Enumerable.Range(0, 300).Select(static i => Sample.Leaf($"block {i}"))];
        await Store.PutAsync([.. blocks, .. blocks], Stop);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Store.PutAsync(blocks[(i * 20)..], Stop).AsTask()));
        foreach (var block in blocks) Assert.Equal(block.Data.ToArray(), (await Store.GetAsync(block.Cid, Stop)).ToArray());
        await Store.PutAsync([], Stop);
    }

    [Fact]
    public async Task What_was_deleted_is_gone_and_can_be_put_again()
    {
        var (gone, stays) = (Sample.Leaf("goes"), Sample.Leaf("stays"));
        await Store.PutAsync([gone, stays], Stop);
        await Store.DeleteAsync([gone.Cid, Sample.Leaf("never put").Cid], Stop);
        Assert.False(await Store.HasAsync(gone.Cid, Stop));
        Assert.Null(await Store.TryGetAsync(gone.Cid, Stop));
        Assert.True(await Store.HasAsync(stays.Cid, Stop));
        await Store.PutAsync([gone], Stop);
        Assert.Equal(gone.Data.ToArray(), (await Store.GetAsync(gone.Cid, Stop)).ToArray());
    }

    [Fact]
    public async Task A_block_that_its_CID_carries_is_always_there()
    {
        var cid = Cid.CreateV1(Multicodec.Raw, Multihash.FromDigest(MultihashCode.Identity, "inline"u8));
        Assert.Equal("inline"u8.ToArray(), (await Store.GetAsync(cid, Stop)).ToArray());
        Assert.Equal(6, await Store.LengthOfAsync(cid, Stop));
        await Store.PutAsync([new Block(cid, "inline"u8.ToArray())], Stop);
        await Store.DeleteAsync([cid], Stop);
        Assert.True(await Store.HasAsync(cid, Stop));
    }

    [Fact]
    public async Task Blocks_of_other_hash_functions_are_kept_too()
    {
        var data = "another hash"u8.ToArray();
        var cid = Cid.CreateV1(Multicodec.Raw, Multihash.Compute(MultihashCode.Sha2_512, data));
        await Store.PutAsync([new Block(cid, data)], Stop);
        Assert.Equal(data, (await Store.GetAsync(cid, Stop)).ToArray());
        Assert.False(await Store.HasAsync(Block.Create(Multicodec.Raw, data).Cid, Stop));
    }

    [Fact]
    public async Task A_hold_may_be_let_go_of_twice()
    {
        var hold = await Store.HoldAsync(Stop);
        await hold.DisposeAsync();
        await hold.DisposeAsync();
    }

    private protected abstract Task<IBlockStore> OpenAsync();
}
