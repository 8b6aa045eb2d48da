using Causeway.Hosting.Access;
using Causeway.Ipfs;
using Causeway.Ipfs.Http;
using Causeway.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Causeway.Node.Http;

/// <summary>Serves a <see cref="TrustlessGateway"/> under <c>/ipfs/</c>.</summary>
public static class TrustlessGatewayExtensions
{
    private const int BufferLength = 64 * 1024;

    /// <summary>Answers GET, HEAD and OPTIONS. Pages of any origin may read: what is asked for by its hash is no secret of this machine's.</summary>
    /// <param name="app">The server.</param>
    /// <param name="gateway">What is served.</param>
    /// <param name="limits">How much at once.</param>
    /// <param name="proxies">Whose word counts for where a request comes from.</param>
    /// <param name="logger">Where failures are logged.</param>
    public static IApplicationBuilder UseTrustlessGateway(this IApplicationBuilder app, TrustlessGateway gateway, RequestLimits limits, ProxyTrust proxies, ILogger logger) =>
        app.Use(async (context, next) =>
        {
            var path = RawPathOf(context);
            if (!path.StartsWith(TrustlessRequestParser.Prefix, StringComparison.Ordinal))
            {
                await next(context);
                return;
            }

            AllowPages(context.Response.Headers);
            try
            {
                if (IsAnsweredByItself(context)) return;
                using var begun = limits.TryBegin(proxies.AddressOf(context)?.Address) ?? throw new TrustlessRefusal(StatusCodes.Status429TooManyRequests, "Too many requests; try again in a second.");
                await AnswerAsync(context, path, gateway, logger);
            }
            catch (TrustlessRefusal refusal)
            {
                await RefuseAsync(context, refusal.Status, refusal.Message);
            }
            finally
            {
                GatewayMetrics.Answered(context.Response.StatusCode);
            }
        });

    // With its escapes: a name may have a slash in it.
    private static string RawPathOf(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? string.Empty;
        var end = target.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? target : target[..end];
    }

    private static bool IsAnsweredByItself(HttpContext context)
    {
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return true;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD, OPTIONS";
            throw new TrustlessRefusal(StatusCodes.Status405MethodNotAllowed, "Content is read here, and nothing else; use GET or HEAD.");
        }

        // A worker of a page's would speak for all content here (path gateway, "Service-Worker").
        if (context.Request.Headers.ContainsKey("Service-Worker")) throw new TrustlessRefusal(StatusCodes.Status400BadRequest, "Service workers cannot be registered here.");
        return false;
    }

    private static async Task AnswerAsync(HttpContext context, string path, TrustlessGateway gateway, ILogger logger)
    {
        var (request, response) = (context.Request, context.Response);
        var asked = TrustlessRequestParser.Parse(path, name => request.Query[name] is [{ } value, ..] ? value : null, request.Headers.Accept.Count == 0 ? null : string.Join(',', request.Headers.Accept.ToArray()));
        try
        {
            var onlyIfCached = request.Headers.CacheControl.ToString().Contains("only-if-cached", StringComparison.OrdinalIgnoreCase);
            var ifNoneMatch = request.Headers.IfNoneMatch.Count == 0 ? null : string.Join(',', request.Headers.IfNoneMatch.ToArray());
            await using var answer = await gateway.AnswerAsync(asked, HttpMethods.IsHead(request.Method), ifNoneMatch, onlyIfCached, context.RequestAborted);
            response.StatusCode = answer.Status;
            foreach (var (name, value) in answer.Headers) response.Headers[name] = value;
            response.ContentLength = answer.Length;
            if (answer.Status == StatusCodes.Status200OK && !HttpMethods.IsHead(request.Method)) await WriteAsync(context, answer, logger);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
        catch (Exception error) when (error is IpfsException or StorageException)
        {
            logger.RequestFailed(error, asked.Root);
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, "The content cannot be read; the log says why.");
        }
    }

    private static async Task WriteAsync(HttpContext context, TrustlessResponse answer, ILogger logger)
    {
        try
        {
            // Small blocks together; what is longer goes through without a copy. It is not disposed: that would end the response as if it were whole.
            var body = new BufferedStream(context.Response.Body, BufferLength);
            await answer.WriteAsync(body, context.RequestAborted);
            await body.FlushAsync(context.RequestAborted);
        }
        catch (Exception error) when (error is IpfsException or StorageException or TrustlessRefusal)
        {
            // The status has been sent. A connection that breaks off tells the client that this is not all.
            logger.ArchiveCutOff(error.Message);
            GatewayMetrics.CutOff();
            context.Abort();
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        if (status is StatusCodes.Status429TooManyRequests) response.Headers.RetryAfter = "1";
        if (status is StatusCodes.Status504GatewayTimeout) response.Headers.RetryAfter = "30";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.WriteAsync(reason + "\n", context.RequestAborted);
    }

    private static void AllowPages(IHeaderDictionary headers)
    {
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, HEAD, OPTIONS";
        headers.AccessControlAllowHeaders = "Accept, Cache-Control, If-None-Match";
        headers.AccessControlExposeHeaders = "Content-Length, Content-Location, ETag, X-Ipfs-Path, X-Ipfs-Roots";
    }
}
