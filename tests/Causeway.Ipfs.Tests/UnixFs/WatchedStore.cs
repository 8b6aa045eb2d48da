using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.UnixFs;

/// <summary>A store in memory whose puts, gets and holds are watched.</summary>
internal sealed class WatchedStore : IBlockStore
{
    private readonly MemoryBlockStore _store = new();
    private long _bytesPut;
    private int _gets;
    private int _holds;

    /// <summary>Called before blocks are put.</summary>
    public Func<IReadOnlyList<Block>, Task> Putting { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called before a block is given.</summary>
    public Func<Cid, Task> Getting { get; set; } = static _ => Task.CompletedTask;

    public long BytesPut => Interlocked.Read(ref _bytesPut);

    public int Gets => Volatile.Read(ref _gets);

    public int Holds => Volatile.Read(ref _holds);

    public int Count => _store.Count;

    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _gets);
        await Getting(cid).WaitAsync(cancellationToken);
        return await _store.GetAsync(cid, cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Cid cid, CancellationToken cancellationToken = default) => _store.TryGetAsync(cid, cancellationToken);

    public ValueTask<bool> HasAsync(Cid cid, CancellationToken cancellationToken = default) => _store.HasAsync(cid, cancellationToken);

    public ValueTask<int?> LengthOfAsync(Cid cid, CancellationToken cancellationToken = default) => _store.LengthOfAsync(cid, cancellationToken);

    public async ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken = default)
    {
        await Putting(blocks);
        await _store.PutAsync(blocks, cancellationToken);
        Interlocked.Add(ref _bytesPut, blocks.Sum(block => (long)block.Data.Length));
    }

    public ValueTask DeleteAsync(IReadOnlyList<Cid> cids, CancellationToken cancellationToken = default) => _store.DeleteAsync(cids, cancellationToken);

    public ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _holds);
        return ValueTask.FromResult<IAsyncDisposable>(new Hold(this));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private sealed class Hold(WatchedStore store) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Interlocked.Decrement(ref store._holds);
            return ValueTask.CompletedTask;
        }
    }
}
