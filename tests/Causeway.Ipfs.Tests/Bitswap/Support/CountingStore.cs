using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Support;

/// <summary>A store that counts the bytes read from it.</summary>
internal sealed class CountingStore(IBlockStore store) : IBlockStore
{
    private long _bytesRead;

    public long BytesRead => Interlocked.Read(ref _bytesRead);

    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        var data = await store.GetAsync(cid, cancellationToken);
        Interlocked.Add(ref _bytesRead, data.Length);
        return data;
    }

    public async ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        var data = await store.TryGetAsync(cid, cancellationToken);
        Interlocked.Add(ref _bytesRead, data?.Length ?? 0);
        return data;
    }

    public ValueTask<bool> HasAsync(Cid cid, CancellationToken cancellationToken = default) => store.HasAsync(cid, cancellationToken);

    public ValueTask<int?> LengthOfAsync(Cid cid, CancellationToken cancellationToken = default) => store.LengthOfAsync(cid, cancellationToken);

    public ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken = default) => store.PutAsync(blocks, cancellationToken);

    public ValueTask DeleteAsync(IReadOnlyList<Cid> cids, CancellationToken cancellationToken = default) => store.DeleteAsync(cids, cancellationToken);

    public ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken = default) => store.HoldAsync(cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
