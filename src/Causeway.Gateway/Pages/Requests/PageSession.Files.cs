using Causeway.Gateway.Files.Content;
using Causeway.Gateway.Protocol;
using Causeway.Ipfs;
using Causeway.Multiformats;

namespace Causeway.Gateway.Pages;

internal sealed partial class PageSession
{
    private int _pendingFiles;

    private OutboundFrame ListFiles(long id)
    {
        var files = Peer.Files;
        var text = _parameters.RequireString(Parameter.PeerIdText);
        var peer = ParsePeer(text, "peerid");
        Follow(async () => ListFrame(text, await files.ListAsync(peer)), e => ListFailure(text, e));
        return Frames.Null(id);
    }

    private OutboundFrame GetFile(long id)
    {
        var files = Peer.Files;
        var text = _parameters.RequireString(Parameter.Cid);
        if (!Cid.TryParse(text, out var cid)) throw GatewayException.InvalidParameters("cid is not a CID");
        var fallback = _parameters.TryGetString(Parameter.FallbackPeerId, out var peer) && peer.Length > 0 ? ParsePeer(peer, "fallbackPeerID") : (PeerId?)null;
        Follow(async () => FileFrame(text, await files.GetAsync(cid, fallback)), e => FileFailure(text, e));
        return Frames.Null(id);
    }

    private async ValueTask<OutboundFrame> StoreFileAsync(long id)
    {
        var tree = Peer.Files.Tree;
        var path = _parameters.RequireString(Parameter.Path);
        var content = _parameters.GetBytes(Parameter.Content) ?? [];
        var stored = _parameters.GetBoolean(Parameter.Directory) ? tree.MakeDirectoryAsync(path) : tree.StoreAsync(path, new MemoryStream(content, writable: false));
        return Json(id, await stored, GatewayJson.Wire.StoredBody);
    }

    private async ValueTask<OutboundFrame> RemoveFileAsync(long id)
    {
        await Peer.Files.Tree.RemoveAsync(_parameters.RequireString(Parameter.Path));
        return Frames.Null(id);
    }

    private OutboundFrame FileAccess(long id)
    {
        var tree = Peer.Files.Tree;
        if (!_followsRoot)
        {
            _followsRoot = true;
            tree.Changed += root => _socket.Push(Frames.Push("rootDirectory", new RootDirectoryBody(root.ToString()), GatewayJson.Wire.RootDirectoryBody));
        }

        return Json(id, new FileAccessBody(_access.Token, tree.Root.ToString(), _options.NotifyTopic), GatewayJson.Wire.FileAccessBody);
    }

    // A push that is the real answer to the request that is being begun; it goes out after the answer that says so.
    private void Follow(Func<Task<OutboundFrame>> work, Func<Exception, OutboundFrame> failure)
    {
        var most = Peer.Files.Options.MaxPendingRequests;
        if (Interlocked.Increment(ref _pendingFiles) > most)
        {
            Interlocked.Decrement(ref _pendingFiles);
            throw GatewayException.Full($"more than {most} lists and files are being waited for");
        }

        _following = () => _ = FollowAsync(work, failure);
    }

    private async Task FollowAsync(Func<Task<OutboundFrame>> work, Func<Exception, OutboundFrame> failure)
    {
        OutboundFrame frame;
        try
        {
            frame = await work();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (e is not (IOException or TimeoutException or OperationCanceledException)) GatewayLog.FollowingFailed(_logger, e);
            frame = failure(e);
        }

        Interlocked.Decrement(ref _pendingFiles);
        await AnswerAsync(frame);
    }

    private static OutboundFrame ListFrame(string peer, FileList list)
        => Frames.Push("peerFiles", new PeerFilesBody(peer, list.Cid, list.Entries), GatewayJson.Wire.PeerFilesBody);

    private static OutboundFrame ListFailure(string peer, Exception e) => Frames.Push(
        "peerFiles", new PeerFilesBody(peer, "", new Dictionary<string, FileEntry>()) { Error = MessageOf(e) }, GatewayJson.Wire.PeerFilesBody);

    private static OutboundFrame FileFrame(string cid, FileBody body) => body switch
    {
        FileBody.File file => Frames.Push("gotFile", new GotFileBody(cid, true, new(FileEntry.File, file.MimeType, file.Content)), GatewayJson.Wire.GotFileBody),
        FileBody.Directory folder => Frames.Push("gotFile", new GotFolderBody(cid, true, new(FileEntry.Directory, folder.Entries)), GatewayJson.Wire.GotFolderBody),
        _ => throw new IpfsException(IpfsError.NotSupported, $"{cid} is neither a file nor a directory"),
    };

    private static OutboundFrame FileFailure(string cid, Exception e)
        => Frames.Push("gotFile", new GotNothingBody(cid, false, new(MessageOf(e))), GatewayJson.Wire.GotNothingBody);

    private static string MessageOf(Exception e) => e switch
    {
        IOException or TimeoutException or GatewayException => e.Message,
        OperationCanceledException => "the connection is closing",
        _ => "the gateway failed; its log says more",
    };
}
