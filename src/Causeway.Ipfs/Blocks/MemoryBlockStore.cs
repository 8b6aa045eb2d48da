using System.Collections.Concurrent;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Blocks;

/// <summary>Blocks in memory. Nothing is collected; what is not deleted stays until the store is gone.</summary>
public sealed class MemoryBlockStore : IBlockStore
{
    private readonly ConcurrentDictionary<Multihash, ReadOnlyMemory<byte>> _blocks = new();

    /// <summary>How many blocks are here.</summary>
    public int Count => _blocks.Count;

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default) => ValueTask.FromResult(
        Find(cid) ?? throw new IpfsException(IpfsError.BlockNotFound, $"The block {cid} is not here."));

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Cid cid, CancellationToken cancellationToken = default) => ValueTask.FromResult(Find(cid));

    /// <inheritdoc />
    public ValueTask<bool> HasAsync(Cid cid, CancellationToken cancellationToken = default) => ValueTask.FromResult(Find(cid) is not null);

    /// <inheritdoc />
    public ValueTask<int?> LengthOfAsync(Cid cid, CancellationToken cancellationToken = default) => ValueTask.FromResult(Find(cid)?.Length);

    /// <inheritdoc />
    public ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        foreach (var block in blocks)
            if (!Block.TryInline(block.Cid, out _)) _blocks.TryAdd(block.Cid.Hash, block.Data);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DeleteAsync(IReadOnlyList<Cid> cids, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cids);
        foreach (var cid in cids) _blocks.TryRemove(cid.Hash, out _);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<IAsyncDisposable>(new NoHold());

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _blocks.Clear();
        return ValueTask.CompletedTask;
    }

    private ReadOnlyMemory<byte>? Find(Cid cid)
    {
        if (Block.TryInline(cid, out var inline)) return inline.Value.Data;
        if (_blocks.TryGetValue(cid.Hash, out var data)) return data;

        // Not by ?: , where null would be an empty block.
        return null;
    }

    private sealed class NoHold : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
