using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Tests.Stores;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Blocks;

/// <summary>Blocks in memory.</summary>
public sealed class MemoryBlockStoreTests : BlockStoreContract
{
    [Fact]
    public async Task A_block_that_its_CID_carries_is_never_kept()
    {
        await Store.PutAsync([new Block(Cid.CreateV1(Multicodec.Raw, Multihash.FromDigest(MultihashCode.Identity, "inline"u8)), "inline"u8.ToArray())], Stop);
        Assert.Equal(0, ((MemoryBlockStore)Store).Count);
    }

    private protected override Task<IBlockStore> OpenAsync() => Task.FromResult<IBlockStore>(new MemoryBlockStore());
}
