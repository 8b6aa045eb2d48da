using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Blocks;

public sealed class MemoryBlockStoreTests
{
    private static readonly Block Sample = Block.Create(Multicodec.Raw, "a block"u8.ToArray());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_put_is_there_under_every_CID_of_its_hash()
    {
        await using var store = new MemoryBlockStore();
        await store.PutAsync([Sample], Stop);
        Assert.Equal(Sample.Data.ToArray(), (await store.GetAsync(Sample.Cid, Stop)).ToArray());
        Assert.True(await store.HasAsync(Cid.CreateV1(Multicodec.DagPb, Sample.Cid.Hash), Stop));
        Assert.Equal(Sample.Data.Length, await store.LengthOfAsync(Sample.Cid, Stop));
    }

    [Fact]
    public async Task What_is_not_there_is_null_or_an_error_that_names_it()
    {
        await using var store = new MemoryBlockStore();
        Assert.Null(await store.TryGetAsync(Sample.Cid, Stop));
        Assert.Null(await store.LengthOfAsync(Sample.Cid, Stop));
        var error = await Assert.ThrowsAsync<IpfsException>(async () => await store.GetAsync(Sample.Cid, Stop));
        Assert.Equal(IpfsError.BlockNotFound, error.Error);
        Assert.Contains(Sample.Cid.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_deleted_is_gone()
    {
        await using var store = new MemoryBlockStore();
        await store.PutAsync([Sample], Stop);
        await store.DeleteAsync([Sample.Cid], Stop);
        Assert.False(await store.HasAsync(Sample.Cid, Stop));
    }

    [Fact]
    public async Task A_block_that_its_CID_carries_is_always_there_and_never_kept()
    {
        await using var store = new MemoryBlockStore();
        var inline = new Block(Cid.CreateV1(Multicodec.Raw, Multihash.FromDigest(MultihashCode.Identity, "inline"u8)), "inline"u8.ToArray());
        Assert.Equal(inline.Data.ToArray(), (await store.GetAsync(inline.Cid, Stop)).ToArray());
        await store.PutAsync([inline], Stop);
        Assert.Equal(0, store.Count);
    }
}
