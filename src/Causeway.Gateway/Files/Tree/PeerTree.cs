using System.Diagnostics.CodeAnalysis;
using Causeway.Gateway.Files.Content;
using Causeway.Gateway.Protocol;
using Causeway.Gateway.Topics;
using Causeway.Ipfs;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Gateway.Files.Tree;

/// <summary>
/// The tree of one peer. Changes are made one after the other, in the order in which they were asked for; when one completes, its root is remembered and its blocks
/// are as durable as the store makes them.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The source has no timer and its wait handle is not used, so it holds nothing that must be released.")]
internal sealed class PeerTree
{
    private readonly GatewayFiles _files;
    private readonly PeerId _owner;
    private readonly OrderedLane _changes = new();
    private readonly CancellationTokenSource _closing = new();
    private Task<FileList>? _list;
    private string? _listedRoot;

    private PeerTree(GatewayFiles files, PeerId owner, Cid root)
    {
        _files = files;
        _owner = owner;
        Root = root;
    }

    /// <summary>Raised with the new root after each change, before whoever asked for it is answered.</summary>
    public event Action<Cid>? Changed;

    /// <summary>The root directory.</summary>
    public Cid Root { get; private set; }

    /// <summary>The tree of a page that has come.</summary>
    /// <param name="files">Where all trees are.</param>
    /// <param name="owner">The page's peer.</param>
    /// <param name="rootText">The root that the page asks for; null or empty for what was kept for the peer, else an empty one.</param>
    /// <param name="cancellationToken">The page has gone.</param>
    /// <exception cref="GatewayException">The root is not here, or is no directory.</exception>
    public static async Task<PeerTree> OpenAsync(GatewayFiles files, PeerId owner, string? rootText, CancellationToken cancellationToken)
    {
        await using var hold = await files.Blocks.HoldAsync(cancellationToken);
        var root = string.IsNullOrEmpty(rootText) ? files.Roots.Find(owner) : await RequireAsync(files, owner, rootText, cancellationToken);
        root ??= await files.Directories.CreateEmptyAsync(cancellationToken);
        var tree = new PeerTree(files, owner, root);
        await files.Roots.SetAsync(owner, root, tree, cancellationToken);
        return tree;
    }

    /// <summary>Stores a file.</summary>
    /// <exception cref="GatewayException">The path is none, leads through a file, or there is no room.</exception>
    public Task<StoredBody> StoreAsync(string path, Stream content) => ChangeAsync(path, async (normal, token) =>
    {
        var file = await _files.ImportAsync(content, null, token);
        return await PutAsync(normal, file, token);
    });

    /// <summary>Puts a file that has been imported, under a hold that is still open, at a path.</summary>
    /// <exception cref="GatewayException">As for <see cref="StoreAsync"/>.</exception>
    public Task<StoredBody> LinkAsync(string path, ImportedFile file) => ChangeAsync(path, (normal, token) => PutAsync(normal, file, token));

    /// <summary>Makes a folder; one that is there already stays as it is.</summary>
    /// <exception cref="GatewayException">The path is none, leads through a file, or names one.</exception>
    public Task<StoredBody> MakeDirectoryAsync(string path) => ChangeAsync(path, async (normal, token) =>
    {
        if (await FindAsync(normal, token) is { } existing)
        {
            if (await _files.Trees.IsDirectoryAsync(existing, token)) return new StoredBody(existing.ToString(), Root.ToString());
            throw GatewayException.Conflict($"a file is there already: {normal}");
        }

        var folder = await _files.Directories.CreateEmptyAsync(token);
        await CommitAsync(await _files.Directories.SetAsync(Root, normal, folder, cancellationToken: token), token);
        return new StoredBody(folder.ToString(), Root.ToString());
    });

    /// <summary>Removes a file, or a folder with all that is in it.</summary>
    /// <exception cref="GatewayException">There is nothing at the path.</exception>
    public Task RemoveAsync(string path) => ChangeAsync(path, async (normal, token) =>
    {
        var removed = await FindAsync(normal, token) ?? throw GatewayException.Conflict($"{FileErrors.NotFound}: {normal}");
        await CommitAsync(await _files.Directories.RemoveAsync(Root, normal, token), token);
        return new StoredBody(removed.ToString(), Root.ToString());
    });

    /// <summary>What is at a path now; null for nothing.</summary>
    public async Task<Cid?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await _files.Reader.ResolveAsync(Root, path, cancellationToken);
        }
        catch (IpfsException e) when (e.Error is IpfsError.PathNotFound or IpfsError.WrongKind)
        {
            return null;
        }
    }

    /// <summary>The list of the tree after all changes that were asked for so far.</summary>
    public async Task<FileList> ListAsync(CancellationToken cancellationToken)
    {
        Task changes;
        lock (_changes) changes = _changes.Last;
        await changes.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        Task<FileList> list;
        lock (_changes)
        {
            if (_list is null || _list.IsFaulted || _listedRoot != Root.ToString())
            {
                _list = _files.Trees.ListAsync(Root, _closing.Token);
                _listedRoot = Root.ToString();
            }

            list = _list;
        }

        return await list.WaitAsync(cancellationToken);
    }

    /// <summary>The page has gone: changes under way end. When it completes, the next page of the same identity finds the tree as it was left.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        Task changes;
        lock (_changes) changes = _changes.Last;
        await changes.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>After <see cref="CloseAsync"/>: the tree is kept for a while, unless the page is back.</summary>
    public Task LeaveAsync() => _files.Roots.LeaveAsync(_owner, this);

    private static async Task<Cid> RequireAsync(GatewayFiles files, PeerId owner, string text, CancellationToken cancellationToken)
    {
        if (!Cid.TryParse(text, out var root)) throw GatewayException.InvalidParameters("rootDirectory is not a CID");
        if (root.Equals(files.Roots.Find(owner))) return root;
        try
        {
            // Everything that is listed is looked for, so that a tree that has lost a part is not taken for whole.
            await files.Trees.ListAsync(root, cancellationToken);
            return root;
        }
        catch (IpfsException e) when (e.Error == IpfsError.BlockNotFound)
        {
            throw new GatewayException(GatewayErrorCode.Conflict, $"rootDirectory {root} is not here, or not as a whole; leave it out to begin with what was kept, or with an empty one", e);
        }
        catch (IpfsException e)
        {
            throw new GatewayException(GatewayErrorCode.Conflict, $"rootDirectory {root} cannot be used: {e.Message}", e);
        }
    }

    private async Task<StoredBody> PutAsync(string path, ImportedFile file, CancellationToken cancellationToken)
    {
        await CommitAsync(await _files.Directories.SetAsync(Root, path, file.Cid, file.DagSize, cancellationToken), cancellationToken);
        return new StoredBody(file.Cid.ToString(), Root.ToString());
    }

    private Task<StoredBody> ChangeAsync(string path, Func<string, CancellationToken, Task<StoredBody>> change)
    {
        var normal = FilePath.Normalize(path, _files.Options.MaxDepth);
        var done = new TaskCompletionSource<StoredBody>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_changes) _ = _changes.Add(() => Task.Run(() => RunAsync(done, normal, change)));
        return done.Task;
    }

    private async Task RunAsync(TaskCompletionSource<StoredBody> done, string path, Func<string, CancellationToken, Task<StoredBody>> change)
    {
        try
        {
            _closing.Token.ThrowIfCancellationRequested();
            await using var hold = await _files.Blocks.HoldAsync(_closing.Token);
            done.SetResult(await change(path, _closing.Token));
        }
        catch (IpfsException e)
        {
            done.SetException(FileErrors.Of(e, path));
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    private async Task CommitAsync(Cid root, CancellationToken cancellationToken)
    {
        var size = await _files.SizeOfAsync(root, cancellationToken);
        if (size > _files.Options.MaxTreeBytes)
            throw new GatewayException(GatewayErrorCode.QuotaExceeded, $"the files of this peer would have {size} bytes; {_files.Options.MaxTreeBytes} are allowed: remove some first");
        await _files.Roots.SetAsync(_owner, root, this, cancellationToken);
        Root = root;
        Changed?.Invoke(root);
    }
}
