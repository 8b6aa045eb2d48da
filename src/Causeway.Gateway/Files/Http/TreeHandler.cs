using System.Globalization;
using System.Text.Json;
using Causeway.Gateway.Files.Content;
using Causeway.Gateway.Pages;
using Causeway.Gateway.Peers;
using Causeway.Gateway.Protocol;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Causeway.Gateway.Files.Http;

/// <summary>A page's own tree over HTTP: <c>/files/{path}</c>, and <c>/uploads/{id}</c> for files that come in several requests.</summary>
internal sealed class TreeHandler(GatewayFiles files, PageAccesses pages, TransferLimit transfers, UploadTable uploads)
{
    private const string Offset = "Upload-Offset";
    private const string Complete = "Upload-Complete";
    private const string Length = "Upload-Length";

    /// <summary>Serves <c>/files/{path}</c>.</summary>
    public Task ServeAsync(HttpContext context)
    {
        var (page, peer) = RequirePage(context.Request);
        context.Response.Headers.CacheControl = "no-cache";
        var whole = context.Request.Path.Value!;
        var path = whole[Math.Min("/files/".Length, whole.Length)..];
        return transfers.RunAsync(page.Browser, () => context.Request.Method switch
        {
            "GET" or "HEAD" => ReadAsync(context, peer, path),
            "PUT" => StoreAsync(context, peer, path),
            "DELETE" => RemoveAsync(context, peer, path),
            _ => throw new HttpRefusal(StatusCodes.Status405MethodNotAllowed, "files are read with GET, stored with PUT and removed with DELETE"),
        });
    }

    /// <summary>Serves <c>/uploads/{id}</c>.</summary>
    public Task ServeUploadAsync(HttpContext context)
    {
        var (page, peer) = RequirePage(context.Request);
        context.Response.Headers.CacheControl = "no-store";
        var id = context.Request.Path.Value!["/uploads".Length..].TrimStart('/');
        if (!uploads.TryFind(peer.Id, id, out var upload)) throw new HttpRefusal(StatusCodes.Status404NotFound, "there is no such upload; it may have waited too long");
        return transfers.RunAsync(page.Browser, () => context.Request.Method switch
        {
            "HEAD" => DescribeAsync(context, upload),
            "DELETE" => CancelAsync(context, peer, id),
            "PATCH" => AppendAsync(context, peer, upload, NumberOf(context.Request, Offset) ?? throw new HttpRefusal(StatusCodes.Status400BadRequest, $"{Offset} is missing")),
            _ => throw new HttpRefusal(StatusCodes.Status405MethodNotAllowed, "an upload goes on with PATCH, is asked about with HEAD and ended with DELETE"),
        });
    }

    private (PageAccess Page, PagePeer Peer) RequirePage(HttpRequest request)
        => pages.TryFind(request, out var page) && page.Peer is { } peer
            ? (page, peer)
            : throw new HttpRefusal(StatusCodes.Status401Unauthorized, $"the header {PageAccesses.Header} with a connected page's token is missing (fileaccess tells it)");

    private static async Task DescribeAsync(HttpContext context, Upload upload)
    {
        await upload.SettleAsync(context.RequestAborted);
        Tell(context.Response, upload);
    }

    private Task CancelAsync(HttpContext context, PagePeer peer, string id)
    {
        uploads.Remove(peer.Id, id);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task ReadAsync(HttpContext context, PagePeer peer, string path)
    {
        var tree = peer.Files.Tree;
        var cid = path.Trim('/').Length == 0 ? tree.Root : await tree.FindAsync(FilePath.Normalize(path, files.Options.MaxDepth), context.RequestAborted);
        if (cid is null) throw new HttpRefusal(StatusCodes.Status404NotFound, $"{FileErrors.NotFound}: {path}");
        if (FileSender.TryNotModified(context, cid)) return;
        if (!await files.Trees.IsDirectoryAsync(cid, context.RequestAborted))
        {
            await using var blocks = peer.Files.Open(cid, null);
            await FileSender.SendAsync(context, blocks, cid, path.TrimEnd('/').Split('/')[^1], isDownload: false);
            return;
        }

        var list = await files.Trees.ListAsync(cid, context.RequestAborted);
        context.Response.Headers.ETag = FileSender.TagOf(cid);
        await AnswerAsync(context, StatusCodes.Status200OK, list, GatewayJson.Wire.FileList);
    }

    private async Task StoreAsync(HttpContext context, PagePeer peer, string path)
    {
        var request = context.Request;
        if (path.EndsWith('/'))
        {
            await AnswerAsync(context, StatusCodes.Status201Created, await peer.Files.Tree.MakeDirectoryAsync(path), GatewayJson.Wire.StoredBody);
            return;
        }

        FilePath.Normalize(path, files.Options.MaxDepth);
        var options = OptionsOf(request);
        await CheckLengthAsync(peer, NumberOf(request, Length) ?? request.ContentLength, context.RequestAborted);
        AllowLength(context);
        if (!IsPartial(request))
        {
            await AnswerAsync(context, StatusCodes.Status201Created, await StoreWholeAsync(context, peer, path, options), GatewayJson.Wire.StoredBody);
            return;
        }

        var (id, upload) = uploads.Begin(peer.Id, path, options);
        context.Response.Headers.Location = $"/uploads/{id}";
        await AppendAsync(context, peer, upload, 0);
    }

    private async Task<StoredBody> StoreWholeAsync(HttpContext context, PagePeer peer, string path, ImportOptions options)
    {
        await using var hold = await files.Blocks.HoldAsync(context.RequestAborted);
        var file = await files.ImportAsync(context.Request.Body, options, context.RequestAborted);
        return await peer.Files.Tree.LinkAsync(path, file);
    }

    private async Task AppendAsync(HttpContext context, PagePeer peer, Upload upload, long offset)
    {
        AllowLength(context);
        StoredBody? stored;
        try
        {
            stored = await upload.AppendAsync(context.Request.Body, offset, !IsPartial(context.Request), peer.Files.Tree, context.RequestAborted);
        }
        catch (HttpRefusal e) when (e.Status == StatusCodes.Status409Conflict)
        {
            Tell(context.Response, upload);
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            return;
        }

        if (stored is not null)
        {
            await AnswerAsync(context, StatusCodes.Status200OK, stored, GatewayJson.Wire.StoredBody);
            return;
        }

        Tell(context.Response, upload);
        if (HttpMethods.IsPut(context.Request.Method)) context.Response.StatusCode = StatusCodes.Status201Created;
    }

    private static async Task RemoveAsync(HttpContext context, PagePeer peer, string path)
    {
        await peer.Files.Tree.RemoveAsync(path);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    // Whoever says beforehand how much will come is told beforehand that it is too much.
    private async Task CheckLengthAsync(PagePeer peer, long? length, CancellationToken cancellationToken)
    {
        if (length is not { } bytes) return;
        if (bytes > files.Options.MaxFileBytes) throw new HttpRefusal(StatusCodes.Status413PayloadTooLarge, $"a file may have {files.Options.MaxFileBytes} bytes");
        if (bytes > files.Options.MaxTreeBytes - await files.SizeOfAsync(peer.Files.Tree.Root, cancellationToken))
            throw new HttpRefusal(StatusCodes.Status507InsufficientStorage, $"the files of this peer may have {files.Options.MaxTreeBytes} bytes together: remove some first");
    }

    private void AllowLength(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = files.Options.MaxFileBytes;
    }

    private static void Tell(HttpResponse response, Upload upload)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers[Offset] = upload.Offset.ToString(CultureInfo.InvariantCulture);
        response.Headers[Complete] = upload.IsComplete ? "?1" : "?0";
    }

    private static bool IsPartial(HttpRequest request) => request.Headers[Complete] == "?0";

    private static long? NumberOf(HttpRequest request, string header)
    {
        if (request.Headers[header].ToString() is not { Length: > 0 } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new HttpRefusal(StatusCodes.Status400BadRequest, $"{header} is not a number");
    }

    // Permissions in octal and seconds since 1970, as tar and Kubo write them. They are part of the file, and so of its CID.
    private static ImportOptions OptionsOf(HttpRequest request)
    {
        var (mode, time) = (request.Query["mode"].ToString(), request.Query["mtime"].ToString());
        if (mode.Length > 4 || mode.Any(static c => c is < '0' or > '7')) throw new HttpRefusal(StatusCodes.Status400BadRequest, "mode is up to four octal digits");
        long seconds = 0;
        if (time.Length > 0 && (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
            throw new HttpRefusal(StatusCodes.Status400BadRequest, "mtime is a number of seconds since 1970");
        return new ImportOptions { Mode = mode.Length == 0 ? null : Convert.ToInt32(mode, 8), ModifiedTime = time.Length == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds) };
    }

    private static async Task AnswerAsync<T>(HttpContext context, int status, T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsHead(context.Request.Method)) await JsonSerializer.SerializeAsync(context.Response.Body, body, type, context.RequestAborted);
    }
}
