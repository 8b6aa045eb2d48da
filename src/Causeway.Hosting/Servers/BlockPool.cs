using System.Buffers;
using System.Collections.Concurrent;

namespace Causeway.Hosting.Servers;

/// <summary>Pinned blocks of one size. What is not used is kept up to a bound, so that memory follows the load.</summary>
internal sealed class BlockPool(int blockSize) : MemoryPool<byte>
{
    private const int MaxKeptBytes = 32 * 1024 * 1024;

    private readonly ConcurrentQueue<Block> _free = new();
    private int _kept;
    private volatile bool _disposed;

    /// <inheritdoc/>
    public override int MaxBufferSize => blockSize;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, blockSize);
        if (!_free.TryDequeue(out var block)) return new Block(this, blockSize);
        Interlocked.Decrement(ref _kept);
        block.Use();
        return block;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _free.Clear();
    }

    private void Return(Block block)
    {
        if (_disposed || Interlocked.Increment(ref _kept) > MaxKeptBytes / blockSize)
        {
            Interlocked.Decrement(ref _kept);
            return;
        }

        _free.Enqueue(block);
    }

    private sealed class Block(BlockPool pool, int size) : IMemoryOwner<byte>
    {
        private readonly Memory<byte> _memory = Allocate(size);
        private int _used = 1;

        public Memory<byte> Memory => _memory;

        public void Use() => _used = 1;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _used, 0) == 1) pool.Return(this);
        }

        // Made from an array that is known to be pinned: the socket needs no handle for it.
        private static Memory<byte> Allocate(int size) =>
            System.Runtime.InteropServices.MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(size, pinned: true), 0, size);
    }
}
