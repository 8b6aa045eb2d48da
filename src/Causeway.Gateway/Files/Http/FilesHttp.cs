using System.Text.Json;
using Causeway.Gateway.Pages;
using Causeway.Gateway.Protocol;
using Causeway.Hosting.Access;
using Causeway.Multiformats;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Files.Http;

/// <summary>
/// Files over HTTP: <c>/files/…</c> and <c>/uploads/…</c> for a page's own tree, <c>/ipfs/…</c> for contents. Everything else, and what looks the same but belongs to the
/// site (no CID, no header of a page), goes on to what comes after (docs/reference/gateway-protocol.md, "Files over HTTP").
/// </summary>
internal sealed class FilesHttp : IDisposable
{
    private const string Files = "/files";
    private const string Uploads = "/uploads";
    private const string Contents = "/ipfs";

    private readonly OriginPolicy _origins;
    private readonly LaunchToken? _token;
    private readonly ILogger _logger;
    private readonly ContentHandler _contents;
    private readonly TreeHandler _tree;
    private readonly UploadTable _uploads;

    public FilesHttp(GatewayFiles files, PageAccesses pages, OriginPolicy origins, LaunchToken? token, ILogger logger)
    {
        _origins = origins;
        _token = token;
        _logger = logger;
        _uploads = new UploadTable(files);
        var transfers = new TransferLimit(files.Options.MaxTransfers);
        _contents = new ContentHandler(pages, transfers, files.Options);
        _tree = new TreeHandler(files, pages, transfers, _uploads);
    }

    /// <summary>Answers a request, or passes it on.</summary>
    public Task ServeAsync(HttpContext context, RequestDelegate next) => Find(context.Request) is { } serve ? ServeAsync(context, serve) : next(context);

    /// <inheritdoc/>
    public void Dispose() => _uploads.Dispose();

    private Func<HttpContext, Task>? Find(HttpRequest request)
    {
        if (request.Path.StartsWithSegments(Contents, out var rest))
            return Cid.TryParse(rest.Value!.TrimStart('/').Split('/')[0], out _) ? _contents.ServeAsync : null;

        // A site may have files of its own under these names: to read them is no business of ours.
        var isOurs = request.Headers.ContainsKey(PageAccesses.Header) || Cors.AsksForHeader(request) || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));
        if (!isOurs) return null;
        if (request.Path.StartsWithSegments(Files)) return _tree.ServeAsync;
        return request.Path.StartsWithSegments(Uploads) ? _tree.ServeUploadAsync : null;
    }

    private async Task ServeAsync(HttpContext context, Func<HttpContext, Task> serve)
    {
        try
        {
            if (_origins.Refuse(context.Request) is { } reason) throw new HttpRefusal(StatusCodes.Status403Forbidden, reason);
            Cors.Allow(context);
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            if (_token?.IsShownBy(context.Request) == false) throw new HttpRefusal(StatusCodes.Status401Unauthorized, LoginExtensions.MissingToken);
            await serve(context);
        }
        catch (Exception e) when (context.RequestAborted.IsCancellationRequested && e is (OperationCanceledException or IOException))
        {
            // Whoever asked has gone.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await FailAsync(context, e);
        }
    }

    private async Task FailAsync(HttpContext context, Exception e)
    {
        var refusal = HttpRefusal.For(e);
        if (refusal is null) GatewayLog.TransferFailed(_logger, context.Request.Method, context.Request.Path, e);

        // A body that has begun can only be cut off: its length tells the reader that something is missing.
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        var response = context.Response;
        var cors = Cors.Keep(response);
        response.Clear();
        Cors.Restore(response, cors);
        response.StatusCode = refusal?.Status ?? StatusCodes.Status500InternalServerError;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (HttpMethods.IsHead(context.Request.Method)) return;
        var body = new HttpErrorBody(new ErrorBody(response.StatusCode, refusal?.Message ?? "the gateway failed; its log says more"));
        await response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, GatewayJson.Wire.HttpErrorBody), context.RequestAborted);
    }
}
