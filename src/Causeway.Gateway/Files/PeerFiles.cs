using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Causeway.Gateway.Files.Content;
using Causeway.Gateway.Files.Remote;
using Causeway.Gateway.Files.Tree;
using Causeway.Gateway.Peers;
using Causeway.Gateway.Protocol;
using Causeway.Ipfs;
using Causeway.Ipfs.UnixFs;
using Causeway.Libp2p;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Files;

/// <summary>The files of one page's peer: its own tree, the lists of others, and contents from wherever they are.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "CloseAsync ends the source; neither it nor the semaphore has a wait handle that is used.")]
internal sealed class PeerFiles : ISharedFiles
{
    // CIDs whose names were seen in lists; when there are more, all are forgotten.
    private const int MaxNamed = 10_000;

    private readonly Dictionary<PeerId, Task<FileList>> _listing = [];
    private readonly ConcurrentDictionary<string, string> _typesByName = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _fetches;
    private readonly GatewayFiles _files;
    private readonly PeerNode _node;
    private readonly Action<PeerId> _locate;
    private readonly RemoteFiles _remote;
    private readonly IDisposable _serving;
    private readonly string? _notifyTopic;
    private readonly ILogger _logger;

    public PeerFiles(PeerNode node, Action<PeerId> locate, PeerTree tree, PeerManager manager, ILogger logger)
    {
        _node = node;
        _locate = locate;
        _files = manager.Files;
        _notifyTopic = manager.Options.NotifyTopic;
        _logger = logger;
        Tree = tree;
        _fetches = new SemaphoreSlim(Options.MaxFetches);
        var protocol = manager.Options.FileProtocol;
        _remote = new RemoteFiles(node.Host, locate, protocol, Options, _files.Budget, _files.Time);
        var server = new RemoteFilesServer(this, Options, _files.Budget, _files.Time, logger);
        _serving = node.Host.Handle(protocol, server.HandleAsync, new ProtocolOptions { MaxInboundStreamsPerPeer = Options.MaxInboundStreams, AllowLimited = true });
        tree.Changed += OnChanged;
    }

    /// <summary>The peer's own tree.</summary>
    public PeerTree Tree { get; }

    /// <summary>Bounds and times.</summary>
    public FilesOptions Options => _files.Options;

    /// <summary>The files of a peer, this one or another. All who ask for the same peer's list while it is on its way get the same one.</summary>
    /// <exception cref="IOException">The peer is not reached, or breaks the protocol.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    public Task<FileList> ListAsync(PeerId peer)
    {
        if (peer.Equals(_node.Host.Id)) return ListOwnAsync();
        lock (_listing)
        {
            if (_listing.TryGetValue(peer, out var list)) return list;
            return _listing[peer] = ListAndForgetAsync(peer);
        }
    }

    /// <summary>A small file or a folder, verified, with all of its blocks in the store then.</summary>
    /// <exception cref="IOException">Nobody who was asked has it.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public async Task<FileBody> GetAsync(Cid cid, PeerId? fallback)
    {
        await _fetches.WaitAsync(_closing.Token);
        try
        {
            using var patience = new Patience(_files.Time, Options.FetchTimeout, _closing.Token);
            await using var hold = await _files.Blocks.HoldAsync(patience.Token);
            await FetchAsync(cid, fallback, patience.Token);
            return await ReadAsync(cid, patience.Token);
        }
        catch (OperationCanceledException e) when (!_closing.IsCancellationRequested)
        {
            throw new TimeoutException($"{cid} did not come within {Options.FetchTimeout.TotalMinutes:0.#} min", e);
        }
        finally
        {
            _fetches.Release();
        }
    }

    /// <summary>Blocks from the store, else from the network.</summary>
    /// <param name="root">What is going to be read.</param>
    /// <param name="peer">A peer that is likely to have it.</param>
    public INetworkBlocks Open(Cid root, PeerId? peer)
    {
        var blocks = _node.OpenBlocks(root) ?? new StoreBlocks(_files.Blocks);
        if (peer is { } named && !named.Equals(_node.Host.Id))
        {
            _ = AddAsync(blocks, named);
        }

        return blocks;
    }

    /// <summary>The page has gone: nothing more is fetched, served or changed.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        _serving.Dispose();
        Tree.Changed -= OnChanged;
        await Tree.CloseAsync();
    }

    /// <inheritdoc/>
    async ValueTask<FileList> ISharedFiles.ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Noticed(await Tree.ListAsync(cancellationToken));
        }
        catch (IpfsException e)
        {
            throw new Libp2pException(Libp2pError.ResourceLimit, e.Message, e);
        }
    }

    /// <inheritdoc/>
    async ValueTask<FileAnswerBody> ISharedFiles.AnswerAsync(Cid cid, Func<long, bool> reserve, CancellationToken cancellationToken)
    {
        byte[]? node = null;
        try
        {
            node = (await _files.Blocks.GetAsync(cid, cancellationToken)).ToArray();
            var entry = await _files.Reader.StatAsync(cid, cancellationToken);

            // Read once, written as base64 in JSON, and once more with its header.
            if (entry.Kind == UnixFsKind.File && entry.Size <= Options.MaxMessageFileBytes && !reserve(entry.Size * 4))
                return new FileAnswerBody(cid.ToString()) { Error = "too many large files are being asked for; try again later" };
            return await ReadAsync(cid, cancellationToken) switch
            {
                FileBody.File file => new FileAnswerBody(cid.ToString()) { Content = file.Content.ToArray(), IsDirectory = false, MimeType = file.MimeType, RawNode = node },
                FileBody.Directory folder => new FileAnswerBody(cid.ToString()) { Entries = folder.Entries, IsDirectory = true, RawNode = node },
                _ => throw new IpfsException(IpfsError.NotSupported, "neither a file nor a folder"),
            };
        }
        catch (IpfsException e)
        {
            // A part of a folder, or a file that is too long for a message, has a node all the same: with it the parts can be asked for one by one.
            return new FileAnswerBody(cid.ToString()) { Error = e.Message, RawNode = node };
        }
    }

    private async Task<FileList> ListOwnAsync() => Noticed(await Tree.ListAsync(_closing.Token));

    // A content has no name. Whoever asks for one has mostly seen it in a list, where it had.
    private FileList Noticed(FileList list)
    {
        if (_typesByName.Count + list.Entries.Count > MaxNamed) _typesByName.Clear();
        foreach (var (path, entry) in list.Entries.Take(MaxNamed))
        {
            if (entry.Type == FileEntry.File && MediaTypes.OfName(path) is { } type) _typesByName[entry.Cid] = type;
        }

        return list;
    }

    private async Task<FileList> ListAndForgetAsync(PeerId peer)
    {
        // Whoever asks from here on finds the task in the table before it can end.
        await Task.Yield();
        try
        {
            return Noticed(await _remote.ListAsync(peer, _closing.Token));
        }
        finally
        {
            lock (_listing) _listing.Remove(peer);
        }
    }

    private async Task FetchAsync(Cid cid, PeerId? fallback, CancellationToken cancellationToken)
    {
        await using var network = Open(cid, fallback);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fetch = DagFetch.RunAsync(network, cid, Options, ended.Token);
        if (fallback is not { } peer || peer.Equals(_node.Host.Id))
        {
            await fetch;
            return;
        }

        var asking = AskFallbackAsync(fetch, cid, peer, ended.Token);
        try
        {
            var first = await Task.WhenAny(fetch, asking);
            if (first.IsCompletedSuccessfully) return;
            await (first == fetch ? asking : fetch);
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(fetch, asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The network is asked first, and alone for a moment: what comes from there comes block by block.
    private async Task AskFallbackAsync(Task fetch, Cid cid, PeerId peer, CancellationToken cancellationToken)
    {
        await Task.WhenAny(fetch, Task.Delay(Options.FallbackDelay, _files.Time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (fetch.IsCompletedSuccessfully) return;
        try
        {
            await DagFetch.RunAsync(new FallbackBlocks(_remote, peer, _files.Blocks, Options), cid, Options, cancellationToken);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            GatewayLog.FallbackFailed(_logger, peer, cid, e.Message);
            throw;
        }
    }

    private async Task<FileBody> ReadAsync(Cid cid, CancellationToken cancellationToken)
    {
        var entry = await _files.Reader.StatAsync(cid, cancellationToken);
        if (entry.Kind == UnixFsKind.Directory)
        {
            var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
            await foreach (var link in _files.Reader.ListAsync(cid, cancellationToken))
            {
                if (entries.Count >= Options.MaxListedEntries) throw FileErrors.TooManyNames(cid, Options.MaxListedEntries);
                entries[link.Name] = link.Cid.ToString();
            }

            return new FileBody.Directory(entries);
        }

        if (entry.Size > Options.MaxMessageFileBytes) throw FileErrors.TooLong(cid, entry.Size, Options.MaxMessageFileBytes);
        await using var stream = await _files.Reader.OpenReadAsync(cid, cancellationToken: cancellationToken);
        var content = new byte[entry.Size];
        await stream.ReadExactlyAsync(content, cancellationToken);
        var type = _typesByName.GetValueOrDefault(cid.ToString()) ?? MediaTypes.OfContent(content.AsSpan(0, Math.Min(content.Length, MediaTypes.SniffLength)));
        return new FileBody.File(type, content);
    }

    private async Task AddAsync(INetworkBlocks blocks, PeerId peer)
    {
        try
        {
            _locate(peer);
            await blocks.AddPeerAsync(peer, _closing.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Others may have it.
        }
    }

    private void OnChanged(Cid root)
    {
        if (_notifyTopic is not null) _ = TellAsync(_notifyTopic);
    }

    private async Task TellAsync(string topic)
    {
        try
        {
            await _node.PubSub.PublishAsync(topic, GatewayJson.Serialize(new FileUpdateBody(FileUpdateBody.FileUpdate, _node.Host.Id.ToString()), GatewayJson.Wire.FileUpdateBody));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            GatewayLog.FileUpdateNotTold(_logger, e.Message);
        }
    }
}
