using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Tests.Bitswap.Support;

/// <summary>A store that says to have everything, and gives other bytes: whoever serves it is a lying provider.</summary>
public sealed class LyingStore : IBlockStore
{
    private const int Length = 100_000;
    private int _lies;

    /// <summary>How often it has lied.</summary>
    public int Lies => Volatile.Read(ref _lies);

    public ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default) => new(Lie());

    public ValueTask<ReadOnlyMemory<byte>?> TryGetAsync(Cid cid, CancellationToken cancellationToken = default) => new(Lie());

    public ValueTask<bool> HasAsync(Cid cid, CancellationToken cancellationToken = default) => new(true);

    public ValueTask<int?> LengthOfAsync(Cid cid, CancellationToken cancellationToken = default) => new(Length);

    public ValueTask PutAsync(IReadOnlyList<Block> blocks, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask DeleteAsync(IReadOnlyList<Cid> cids, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask<IAsyncDisposable> HoldAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ReadOnlyMemory<byte> Lie()
    {
        var data = new byte[Length];
        BitConverter.TryWriteBytes(data, Interlocked.Increment(ref _lies));
        return data;
    }
}
