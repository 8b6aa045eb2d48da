using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag.Pb;
using Causeway.Ipfs.UnixFs.Importing;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Ipfs.UnixFs.Reading;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs.Directories;

/// <summary>A folder in memory, as far as it was needed: in one block or sharded.</summary>
internal abstract class Folder(UnixFsMetadata metadata)
{
    public UnixFsMetadata Metadata { get; } = metadata;

    /// <summary>Whether it may have fallen below a limit that it was above of since it was loaded.</summary>
    public bool HasShrunk { get; private set; }

    /// <summary>Fetches a folder's root.</summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.WrongKind"/> for files and links.</exception>
    public static async ValueTask<Folder> LoadAsync(IBlockSource source, Cid cid, CancellationToken cancellationToken)
    {
        var node = await source.LoadAsync(cid, cancellationToken).ConfigureAwait(false);
        return node.Message.Type switch
        {
            UnixFsType.Directory => FlatFolder.Create(cid, node),
            UnixFsType.HamtShard => new ShardedFolder(source, HamtShard.Decode(cid, node, null), node.Message.Metadata),
            _ => throw new IpfsException(IpfsError.WrongKind, $"{cid} is a {(node.IsFile ? "file" : "symbolic link")}, not a folder."),
        };
    }

    /// <summary>What an entry counts for when it is decided whether a folder is sharded: the bytes of its name and of its CID (as Kubo and Helia estimate).</summary>
    public static int EstimateOf(UnixFsLink entry) => DagPbWriter.SizeOf(entry.Name) + entry.Cid.Bytes.Length;

    public abstract ValueTask<UnixFsLink?> FindAsync(string name, CancellationToken cancellationToken);

    public abstract IAsyncEnumerable<UnixFsLink> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds an entry or puts it in the place of the one with its name.</summary>
    public async ValueTask SetAsync(UnixFsLink entry, CancellationToken cancellationToken)
    {
        if (await ReplaceAsync(entry, cancellationToken).ConfigureAwait(false) is { } before && EstimateOf(entry) < EstimateOf(before)) HasShrunk = true;
    }

    /// <summary>Removes an entry; false where there is none of that name.</summary>
    public async ValueTask<bool> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        if (!await TakeOutAsync(name, cancellationToken).ConfigureAwait(false)) return false;
        return HasShrunk = true;
    }

    /// <summary>Whether the estimate is over a number of bytes; no more is fetched than it takes to know.</summary>
    public async ValueTask<bool> IsOverAsync(long limit, CancellationToken cancellationToken)
    {
        var estimate = 0L;
        await foreach (var entry in ListAsync(cancellationToken).ConfigureAwait(false))
        {
            estimate += EstimateOf(entry);
            if (estimate > limit) return true;
        }

        return false;
    }

    /// <summary>Makes the blocks of all that was changed.</summary>
    public abstract FolderRoot Write(BlockBatch batch, int cidVersion);

    /// <summary>Sets an entry; the one that was in its place, or null.</summary>
    protected abstract ValueTask<UnixFsLink?> ReplaceAsync(UnixFsLink entry, CancellationToken cancellationToken);

    protected abstract ValueTask<bool> TakeOutAsync(string name, CancellationToken cancellationToken);

    protected static FolderRoot Write(BlockBatch batch, int cidVersion, UnixFsData message, IReadOnlyList<DagPbLink> links)
    {
        var block = DagPb.Encode(new DagPbNode { Links = links, Data = UnixFsDataWriter.Write(message) });
        if (block.Length > Block.MaxLength) throw new IpfsException(IpfsError.TooLarge, $"The folder's block would have {block.Length} bytes; {Block.MaxLength} are allowed. Shard it.");
        return new FolderRoot(batch.Add(cidVersion, Multicodec.DagPb, block), UnixFsNode.DagSizeOf(block.Length, links));
    }
}
