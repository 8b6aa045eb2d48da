using System.Text;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.UnixFs.Chunking;
using Causeway.Ipfs.UnixFs.Importing;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs;

/// <summary>
/// Turns files into blocks (ipfs/specs, UnixFS). Memory does not depend on the file's length: a few leaves that are being hashed, one batch that is being put and one
/// that is being gathered (8 MiB each), and the links of unfinished nodes. Thread-safe.
/// </summary>
/// <param name="store">Where the blocks go.</param>
/// <param name="profile">How files become blocks.</param>
/// <exception cref="ArgumentException">A value of the profile is out of its range.</exception>
public sealed class UnixFsImporter(IBlockStore store, ImportProfile profile)
{
    /// <summary>Longest target of a symbolic link, in bytes of UTF-8 (Linux' <c>PATH_MAX</c>).</summary>
    public const int MaxTargetLength = 4096;

    // Enough for the hashing not to wait for the reading; more would only be memory.
    private static readonly int MaxLeavesInFlight = Math.Min(2 * Environment.ProcessorCount, 16);

    private readonly IBlockStore _store = store ?? throw new ArgumentNullException(nameof(store));
    private readonly ImportProfile _profile = (profile ?? throw new ArgumentNullException(nameof(profile))).Validate();

    /// <summary>
    /// Imports a file. When it completes all blocks are as durable as the store makes them. Until then nothing of it is collected as garbage; whoever wants to pin it
    /// holds the store (<see cref="IBlockStore.HoldAsync"/>) until it is pinned.
    /// </summary>
    /// <param name="content">The file's bytes, read from where the stream is to its end; left open.</param>
    /// <param name="options">Mode, time, progress.</param>
    /// <param name="cancellationToken">Ends the import; blocks that are put by then stay until they are collected.</param>
    /// <exception cref="IpfsException"><see cref="IpfsError.QuotaExceeded"/>.</exception>
    public async Task<ImportedFile> ImportAsync(Stream content, ImportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var hold = await _store.HoldAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = hold.ConfigureAwait(false);
        var batch = new BlockBatch(_store, cancellationToken);
        var builder = new FileBuilder(_profile, UnixFsMetadata.From(options?.Mode, options?.ModifiedTime), batch);
        var hashing = new Queue<Task<Leaf>>();
        try
        {
            var size = await ImportLeavesAsync(content, builder, batch, hashing, options?.Progress, cancellationToken).ConfigureAwait(false);
            var root = builder.Finish();
            await batch.CompleteAsync().ConfigureAwait(false);
            return new ImportedFile(root.Cid, size, root.DagSize);
        }
        finally
        {
            // Nothing reads the content or writes to the store after this has ended.
            while (hashing.TryDequeue(out var left)) await ((Task)left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await batch.AbandonAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Imports a symbolic link.</summary>
    /// <param name="target">Where it points to, as in POSIX; nobody looks whether anything is there.</param>
    /// <param name="options">Mode and time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ImportedFile> ImportSymlinkAsync(string target, ImportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        var bytes = Encoding.UTF8.GetBytes(target);
        if (bytes.Length > MaxTargetLength) throw new ArgumentException($"A link's target may have {MaxTargetLength} bytes; this one has {bytes.Length}.", nameof(target));
        var metadata = UnixFsMetadata.From(options?.Mode, options?.ModifiedTime);
        var message = UnixFsDataWriter.Write(new UnixFsData { Type = UnixFsType.Symlink, Data = bytes, Metadata = metadata });
        var block = DagPb.Encode(new DagPbNode { Data = message });
        var cid = BlockBatch.CidOf(_profile.CidVersion, Multicodec.DagPb, block);
        await _store.PutAsync([new Block(cid, block)], cancellationToken).ConfigureAwait(false);
        return new ImportedFile(cid, 0, (ulong)block.Length);
    }

    private async Task<long> ImportLeavesAsync(
        Stream content, FileBuilder builder, BlockBatch batch, Queue<Task<Leaf>> hashing, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var format = new LeafFormat(_profile.Leaves);
        using var reader = new ChunkReader(content, _profile.Chunker, format);
        var size = 0L;
        while (true)
        {
            var chunk = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (chunk is { } read) hashing.Enqueue(Task.Run(() => Hash(format, read.Block, read.Length), CancellationToken.None));
            while (hashing.Count > (chunk is null ? 0 : MaxLeavesInFlight))
            {
                var leaf = await hashing.Dequeue().ConfigureAwait(false);
                builder.Add(leaf);
                await batch.PutIfFullAsync().ConfigureAwait(false);
                size += leaf.Content.Length;
                progress?.Report(size);
            }

            if (chunk is null) return size;
        }
    }

    private Leaf Hash(LeafFormat format, byte[] block, int length) => new(
        new Block(BlockBatch.CidOf(_profile.CidVersion, format.Codec, block), block), block.AsMemory(format.OffsetOf(length), length));
}
