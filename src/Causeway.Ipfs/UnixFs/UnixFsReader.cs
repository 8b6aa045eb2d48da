using System.Runtime.CompilerServices;
using System.Text;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs.Directories;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Ipfs.UnixFs.Reading;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs;

/// <summary>
/// Reads files and folders from blocks (ipfs/specs, UnixFS). Whoever made them is not trusted: sizes are checked against one another, and depth, width and what is fetched
/// ahead are bounded. Thread-safe.
/// </summary>
/// <param name="source">Where the blocks are.</param>
public sealed class UnixFsReader(IBlockSource source)
{
    private readonly IBlockSource _source = source ?? throw new ArgumentNullException(nameof(source));

    /// <summary>What a CID leads to, by its root block.</summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.BlockNotFound"/>, <see cref="IpfsError.Malformed"/>, or <see cref="IpfsError.NotSupported"/> where it is not UnixFS.</exception>
    public async Task<UnixFsEntry> StatAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cid);
        var node = await _source.LoadAsync(cid, cancellationToken).ConfigureAwait(false);
        var kind = node.IsDirectory ? UnixFsKind.Directory : node.IsFile ? UnixFsKind.File : UnixFsKind.Symlink;
        return new UnixFsEntry(kind, node.Size, node.DagSize)
        {
            Mode = (int?)(node.Message.Metadata.Mode & UnixFsMetadata.ModeMask),
            ModifiedTime = node.Message.Metadata.ModifiedTime?.ToDateTimeOffset(),
            IsSharded = node.Message.Type == UnixFsType.HamtShard,
            Target = kind == UnixFsKind.Symlink ? Encoding.UTF8.GetString(node.Message.Data.Span) : null,
        };
    }

    /// <summary>
    /// Opens a file: a stream that can seek and fetches the blocks that are read, and some ahead. Its length is what the root block says; where the rest says otherwise,
    /// or is missing, a read throws <see cref="IpfsException"/>, and may be tried again. A length near 2⁶³ costs nothing until somebody reads: look at it before.
    /// </summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.WrongKind"/> for folders and links; else as <see cref="StatAsync"/>.</exception>
    public async Task<Stream> OpenReadAsync(Cid cid, UnixFsReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cid);
        options = (options ?? new UnixFsReadOptions()).Validate();
        var node = await _source.LoadAsync(cid, cancellationToken).ConfigureAwait(false);
        if (!node.IsFile) throw new IpfsException(IpfsError.WrongKind, $"{cid} is a {(node.IsDirectory ? "folder" : "symbolic link")}, not a file.");
        return new UnixFsStream(_source, cid, node, options);
    }

    /// <summary>
    /// The entries of a folder, in its order. Sharded folders are fetched while they are listed, a few shards ahead; each entry's place is checked, so that no hostile
    /// graph of shards is larger than the entries it has.
    /// </summary>
    /// <exception cref="IpfsException"><see cref="IpfsError.WrongKind"/> for files and links; <see cref="IpfsError.Malformed"/> also for entries whose names lead out of the folder.</exception>
    public async IAsyncEnumerable<UnixFsLink> ListAsync(Cid cid, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cid);
        var folder = await Folder.LoadAsync(_source, cid, cancellationToken).ConfigureAwait(false);
        await foreach (var entry in folder.ListAsync(cancellationToken).ConfigureAwait(false)) yield return entry;
    }

    /// <summary>What a path leads to. Of folders only the blocks on the way are fetched. Symbolic links are not followed.</summary>
    /// <param name="root">The folder that the path begins in.</param>
    /// <param name="path">Names with <c>/</c> between them; an empty path is the root itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IpfsException"><see cref="IpfsError.PathNotFound"/>, or <see cref="IpfsError.WrongKind"/> where something on the way is no folder.</exception>
    public async Task<Cid> ResolveAsync(Cid root, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(path);
        foreach (var name in EntryName.Split(path))
        {
            var folder = await Folder.LoadAsync(_source, root, cancellationToken).ConfigureAwait(false);
            root = (await folder.FindAsync(name, cancellationToken).ConfigureAwait(false) ?? throw UnixFsDirectory.NotFound(path, name)).Cid;
        }

        return root;
    }
}
