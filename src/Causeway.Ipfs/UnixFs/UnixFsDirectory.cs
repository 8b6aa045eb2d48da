using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs.Directories;
using Causeway.Ipfs.UnixFs.Importing;
using Causeway.Ipfs.UnixFs.Nodes;
using Causeway.Ipfs.UnixFs.Reading;
using Causeway.Multiformats;

namespace Causeway.Ipfs.UnixFs;

/// <summary>
/// Makes and changes folders (ipfs/specs, UnixFS). A folder never changes in place: there is a new root. Whatever the way to its entries, a folder has the CID that it had
/// if it were made of them at once; where it gets small enough it is one block again, by the same estimate as when it got large (as Kubo; Helia may keep it sharded for
/// longer). Folders keep their mode and time. Thread-safe; two changes of one root at once make two roots.
/// </summary>
/// <param name="store">Where the blocks are, and go.</param>
/// <param name="profile">How folders become blocks.</param>
/// <exception cref="ArgumentException">A value of the profile is out of its range.</exception>
public sealed class UnixFsDirectory(IBlockStore store, DirectoryProfile profile)
{
    private readonly IBlockStore _store = store ?? throw new ArgumentNullException(nameof(store));
    private readonly DirectoryProfile _profile = (profile ?? throw new ArgumentNullException(nameof(profile))).Validate();

    /// <summary>An empty folder.</summary>
    public async Task<Cid> CreateEmptyAsync(CancellationToken cancellationToken = default) => (await CreateAsync([], null, cancellationToken).ConfigureAwait(false)).Cid;

    /// <summary>A folder of some entries; of two with the same name the later one counts.</summary>
    /// <param name="entries">The entries, whose sizes go to the folder's links as they are. Nobody looks whether their blocks are there.</param>
    /// <param name="options">Mode and time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">A name is none.</exception>
    public async Task<FolderRoot> CreateAsync(IEnumerable<UnixFsLink> entries, ImportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var hold = await _store.HoldAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = hold.ConfigureAwait(false);
        Folder folder = new FlatFolder(UnixFsMetadata.From(options?.Mode, options?.ModifiedTime));
        foreach (var entry in entries)
        {
            EntryName.Check(entry.Name);
            await folder.SetAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        var batch = new BlockBatch(_store, cancellationToken);
        var root = await WriteAsync(folder, batch, cancellationToken).ConfigureAwait(false);
        await batch.CompleteAsync().ConfigureAwait(false);
        return root;
    }

    /// <summary>Adds an entry, or puts it in the place of the one that is there, whatever it is. Folders on the way that are missing are made.</summary>
    /// <param name="root">The folder that the path begins in.</param>
    /// <param name="path">Names with <c>/</c> between them.</param>
    /// <param name="entry">What is to be there.</param>
    /// <param name="dagSize">What <see cref="ImportedFile.DagSize"/> or <see cref="FolderRoot.DagSize"/> said of it; null looks into its root block, which must be in the store then.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is changed.</param>
    /// <returns>The new root.</returns>
    /// <exception cref="IpfsException"><see cref="IpfsError.WrongKind"/> where something on the way is no folder; what the blocks of the folders may be (<see cref="UnixFsReader.ListAsync"/>).</exception>
    /// <exception cref="ArgumentException">A name of the path is none, or the path has none.</exception>
    public async Task<Cid> SetAsync(Cid root, string path, Cid entry, ulong? dagSize = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var names = Names(root, path);
        foreach (var name in names) EntryName.Check(name);
        return await ChangeAsync(root, names, makeMissing: true, async folder =>
        {
            var size = dagSize ?? await DagSizeAsync(entry, cancellationToken).ConfigureAwait(false);
            await folder.SetAsync(new UnixFsLink(names[^1], entry, size), cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes an entry. Its folder stays, even if it is empty now; no block is removed.</summary>
    /// <returns>The new root.</returns>
    /// <exception cref="IpfsException"><see cref="IpfsError.PathNotFound"/>; else as <see cref="SetAsync"/>.</exception>
    public async Task<Cid> RemoveAsync(Cid root, string path, CancellationToken cancellationToken = default)
    {
        var names = Names(root, path);
        return await ChangeAsync(root, names, makeMissing: false, async folder =>
        {
            if (!await folder.RemoveAsync(names[^1], cancellationToken).ConfigureAwait(false)) throw NotFound(path, names[^1]);
        }, cancellationToken).ConfigureAwait(false);
    }

    internal static IpfsException NotFound(string path, string name) => new(IpfsError.PathNotFound, $"There is no '{name}' on the path '{path}'.");

    private static string[] Names(Cid root, string path)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(path);
        return EntryName.Split(path) is { Length: > 0 } names ? names : throw new ArgumentException($"The path '{path}' names nothing.", nameof(path));
    }

    private async Task<Cid> ChangeAsync(Cid root, string[] names, bool makeMissing, Func<Folder, Task> change, CancellationToken cancellationToken)
    {
        var hold = await _store.HoldAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = hold.ConfigureAwait(false);
        var way = new List<Folder> { await Folder.LoadAsync(_store, root, cancellationToken).ConfigureAwait(false) };
        foreach (var name in names[..^1])
        {
            var next = await way[^1].FindAsync(name, cancellationToken).ConfigureAwait(false);
            if (next is null && !makeMissing) throw NotFound(string.Join('/', names), name);
            way.Add(next is null ? new FlatFolder(default) : await Folder.LoadAsync(_store, next.Cid, cancellationToken).ConfigureAwait(false));
        }

        await change(way[^1]).ConfigureAwait(false);
        var batch = new BlockBatch(_store, cancellationToken);
        for (var depth = way.Count - 1; ; depth--)
        {
            var written = await WriteAsync(way[depth], batch, cancellationToken).ConfigureAwait(false);
            if (depth == 0)
            {
                await batch.CompleteAsync().ConfigureAwait(false);
                return written.Cid;
            }

            await way[depth - 1].SetAsync(new UnixFsLink(names[depth - 1], written.Cid, written.DagSize), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a folder in the form that the profile asks for.</summary>
    private async ValueTask<FolderRoot> WriteAsync(Folder folder, BlockBatch batch, CancellationToken cancellationToken)
    {
        switch (folder)
        {
            case FlatFolder when _profile.IsAlwaysSharded || await folder.IsOverAsync(_profile.ShardThreshold, cancellationToken).ConfigureAwait(false):
                folder = await ConvertAsync(folder, new ShardedFolder(_store, new HamtShard(new HamtShape(_profile.Fanout), 0), folder.Metadata), cancellationToken).ConfigureAwait(false);
                break;
            case ShardedFolder { HasShrunk: true } when !_profile.IsAlwaysSharded && !await folder.IsOverAsync(_profile.ShardThreshold, cancellationToken).ConfigureAwait(false):
                folder = await ConvertAsync(folder, new FlatFolder(folder.Metadata), cancellationToken).ConfigureAwait(false);
                break;
        }

        return folder.Write(batch, _profile.CidVersion);
    }

    private static async ValueTask<Folder> ConvertAsync(Folder folder, Folder target, CancellationToken cancellationToken)
    {
        await foreach (var entry in folder.ListAsync(cancellationToken).ConfigureAwait(false)) await target.SetAsync(entry, cancellationToken).ConfigureAwait(false);
        return target;
    }

    private async ValueTask<ulong> DagSizeAsync(Cid entry, CancellationToken cancellationToken)
    {
        if (entry.Codec == Multicodec.DagPb) return (await _store.LoadAsync(entry, cancellationToken).ConfigureAwait(false)).DagSize;
        return (ulong)(await _store.LengthOfAsync(entry, cancellationToken).ConfigureAwait(false)
            ?? throw new IpfsException(IpfsError.BlockNotFound, $"The block {entry} is not here; say how large the entry is, or fetch it before."));
    }
}
