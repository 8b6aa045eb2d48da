using System.Text;
using Causeway.Ipfs.Blocks;
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
}
