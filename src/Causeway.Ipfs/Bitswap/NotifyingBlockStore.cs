using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Bitswap;

/// <summary>The store, with an exchange that learns what is put into it. Whoever made the store disposes it.</summary>
internal sealed class NotifyingBlockStore(BitswapExchange exchange, IBlockStore store) : IBlockStore
{
    public ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default) => store.GetAsync(cid, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Cid cid, CancellationToken cancellationToken = default) => store.TryGetAsync(cid, cancellationToken);

    public ValueTask<bool> HasAsync(Cid cid, CancellationToken cancellationToken = default) => store.HasAsync(cid, cancellationToken);

    public ValueTask<int?> LengthOfAsync(Cid cid, CancellationToken cancellationToken = default) => store.LengthOfAsync(cid, cancellationToken);

    public async ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken = default)
    {
        await store.PutAsync(blocks, cancellationToken);
        exchange.OnPut(blocks);
    }

    public ValueTask DeleteAsync(IReadOnlyList<Cid> cids, CancellationToken cancellationToken = default) => store.DeleteAsync(cids, cancellationToken);

    public ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken = default) => store.HoldAsync(cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
