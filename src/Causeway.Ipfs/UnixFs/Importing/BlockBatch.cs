using Causeway.Ipfs.Blocks;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Importing;

/// <summary>Blocks on their way to a store, in batches: while one batch is being put the next one is gathered, and then there is a wait.</summary>
internal sealed class BlockBatch(IBlockStore store, CancellationToken cancellationToken)
{
    /// <summary>Bytes of a batch. A durable store syncs once per batch; a few MiB make that cheap beside the hashing.</summary>
    public const int Length = 8 * 1024 * 1024;

    private const int MaxCount = 8192;

    private List<Block> _blocks = [];
    private long _length;
    private Task _putting = Task.CompletedTask;

    public void Add(Block block)
    {
        _blocks.Add(block);
        _length += block.Data.Length;
    }

    /// <summary>Adds the block of bytes that were made here.</summary>
    public Cid Add(int version, Multicodec codec, ReadOnlyMemory<byte> data)
    {
        var cid = CidOf(version, codec, data.Span);
        Add(new Block(cid, data));
        return cid;
    }

    /// <summary>The CID of bytes, by sha2-256. Raw blocks have no version 0.</summary>
    public static Cid CidOf(int version, Multicodec codec, ReadOnlySpan<byte> data)
    {
        var hash = Multihash.Compute(MultihashCode.Sha2_256, data);
        return version == 0 && codec == Multicodec.DagPb ? Cid.CreateV0(hash) : Cid.CreateV1(codec, hash);
    }

    /// <summary>Begins to put the batch if it is full; waits for the one before.</summary>
    public ValueTask PutIfFullAsync() => _length >= Length || _blocks.Count >= MaxCount ? new ValueTask(PutAsync()) : ValueTask.CompletedTask;

    /// <summary>Puts what is left, and waits until all is there.</summary>
    public async Task CompleteAsync()
    {
        await PutAsync().ConfigureAwait(false);
        await _putting.ConfigureAwait(false);
    }

    /// <summary>Waits until nothing is being put any more, however that ends.</summary>
    public async Task AbandonAsync() => await _putting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task PutAsync()
    {
        await _putting.ConfigureAwait(false);
        if (_blocks.Count == 0) return;
        var blocks = _blocks;
        _blocks = [];
        _length = 0;
        _putting = store.PutAsync(blocks, cancellationToken).AsTask();
    }
}
