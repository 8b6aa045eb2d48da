using System.Text.Json;
using Causeway.Gateway.Pages;
using Causeway.Gateway.Protocol;
using Causeway.Ipfs;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Files.Http;

/// <summary><c>GET /ipfs/{cid}[/path]</c>: any content, from the store or from whoever has it.</summary>
internal sealed class ContentHandler(PageAccesses pages, TransferLimit transfers, FilesOptions options)
{
    // What a CID names never changes. Private: it was given to this browser's pages.
    private const string Immutable = "private, max-age=31536000, immutable";

    /// <summary>Serves a request.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) throw new HttpRefusal(StatusCodes.Status405MethodNotAllowed, "contents are read with GET");

        // A script from here would see all requests of the page's site.
        if (request.Headers.ContainsKey("Service-Worker")) throw new HttpRefusal(StatusCodes.Status403Forbidden, "contents are no service workers");
        if (!pages.TryFindAny(request, out var page) || page.Peer is not { } peer)
            throw new HttpRefusal(StatusCodes.Status401Unauthorized, $"only connected pages have contents: send the header {PageAccesses.Header}, or the cookie that the WebSocket set");
        var path = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var root = Cid.Parse(path[1]);
        context.Response.Headers.CacheControl = Immutable;
        if (path.Length == 2 && FileSender.TryNotModified(context, root)) return;
        await transfers.RunAsync(page.Browser, async () =>
        {
            await using var blocks = peer.Files.Open(root, PeerOf(request));
            var cid = await new UnixFsReader(blocks).ResolveAsync(root, string.Join('/', path[2..]), context.RequestAborted);
            if (!FileSender.TryNotModified(context, cid)) await SendAsync(context, blocks, cid, path.Length > 2 ? path[^1] : "");
        });
    }

    private async Task SendAsync(HttpContext context, IBlockSource blocks, Cid cid, string name)
    {
        var entry = await new UnixFsReader(blocks).StatAsync(cid, context.RequestAborted);
        if (entry.Kind == UnixFsKind.Directory)
        {
            await SendFolderAsync(context, blocks, cid);
            return;
        }

        var query = context.Request.Query;
        var given = query["filename"].ToString();
        if (FilePath.IsName(given)) name = given;
        await FileSender.SendAsync(context, blocks, cid, name, isDownload: query["download"] == "1" || given.Length > 0);
    }

    private async Task SendFolderAsync(HttpContext context, IBlockSource blocks, Cid cid)
    {
        var entries = new SortedDictionary<string, FolderEntryBody>(StringComparer.Ordinal);
        await foreach (var link in new UnixFsReader(blocks).ListAsync(cid, context.RequestAborted))
        {
            if (entries.Count >= options.MaxListedEntries) throw FileErrors.TooManyNames(cid, options.MaxListedEntries);
            entries[link.Name] = new FolderEntryBody(link.Cid.ToString(), link.Size);
        }

        context.Response.Headers.ETag = FileSender.TagOf(cid);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = "application/json";
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await JsonSerializer.SerializeAsync(context.Response.Body, new FolderBody(cid.ToString(), entries), GatewayJson.Wire.FolderBody, context.RequestAborted);
    }

    private static PeerId? PeerOf(HttpRequest request)
    {
        if (request.Query["peer"].ToString() is not { Length: > 0 } text) return null;
        return PeerId.TryParse(text, out var peer) ? peer : throw new HttpRefusal(StatusCodes.Status400BadRequest, "peer is not a peer ID");
    }
}
