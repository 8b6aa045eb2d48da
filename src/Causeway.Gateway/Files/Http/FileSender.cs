using System.Buffers;
using System.Globalization;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Causeway.Gateway.Files.Http;

/// <summary>Sends a file, or a part of it: ranges and conditions as RFC 9110 has them, with little memory however long it is.</summary>
internal static class FileSender
{
    private const int BufferLength = 64 * 1024;

    // The content is a stranger's, and it is served from where the page is: as a document it must not run, load or know anything.
    private const string Policy = "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'";

    /// <summary>Sends it.</summary>
    /// <param name="context">The request; a GET or HEAD.</param>
    /// <param name="blocks">Where the file is.</param>
    /// <param name="cid">The file.</param>
    /// <param name="name">What it is called, for its type and for whoever saves it.</param>
    /// <param name="isDownload">Whether browsers are to save it, whatever it is.</param>
    public static async Task SendAsync(HttpContext context, IBlockSource blocks, Cid cid, string name, bool isDownload)
    {
        var cancellationToken = context.RequestAborted;
        var reader = new UnixFsReader(blocks);
        var size = (await reader.StatAsync(cid, cancellationToken)).Size;
        var range = RangeOf(context.Request, cid, size);
        var (start, end) = range ?? (0, size);
        await using var content = await reader.OpenReadAsync(cid, new UnixFsReadOptions { End = end }, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            // The beginning is read before anything is promised: most failures are there.
            var type = MediaTypes.OfName(name) ?? await SniffAsync(content, cancellationToken);
            content.Position = start;
            var isHead = HttpMethods.IsHead(context.Request.Method);
            var count = isHead ? 0 : await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferLength, end - start)), cancellationToken);
            WriteHead(context.Response, cid, type, name, isDownload, size, range);
            for (var left = end - start - count; count > 0; left -= count)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                count = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferLength, left)), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The entity tag of a content.</summary>
    public static string TagOf(Cid cid) => $"\"{cid}\"";

    /// <summary>Answers 304 to whoever has a content already.</summary>
    public static bool TryNotModified(HttpContext context, Cid cid)
    {
        if (!EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var tags)) return false;
        if (!tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag.Equals(TagOf(cid), StringComparison.Ordinal))) return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        context.Response.Headers.ETag = TagOf(cid);
        return true;
    }

    private static void WriteHead(HttpResponse response, Cid cid, string type, string name, bool isDownload, long size, (long Start, long End)? range)
    {
        var headers = response.Headers;
        headers.ContentType = type;
        headers.ETag = TagOf(cid);
        headers.AcceptRanges = "bytes";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentDisposition = DispositionOf(type, name, isDownload);
        response.StatusCode = range is null ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent;
        if (range is { } part) headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {part.Start}-{part.End - 1}/{size}");
        response.ContentLength = range is { } sent ? sent.End - sent.Start : size;
    }

    // What a browser can show without running it is shown; everything else is saved.
    private static string DispositionOf(string type, string name, bool isDownload)
    {
        var isHarmless = (type.StartsWith("image/", StringComparison.Ordinal) && type != "image/svg+xml")
            || type.StartsWith("audio/", StringComparison.Ordinal)
            || type.StartsWith("video/", StringComparison.Ordinal)
            || type.StartsWith("text/plain", StringComparison.Ordinal);
        var disposition = new ContentDispositionHeaderValue(isHarmless && !isDownload ? "inline" : "attachment");
        if (name.Length > 0) disposition.SetHttpFileName(name);
        return disposition.ToString();
    }

    private static async Task<string> SniffAsync(Stream content, CancellationToken cancellationToken)
    {
        var beginning = new byte[MediaTypes.SniffLength];
        var length = await content.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellationToken);
        return MediaTypes.OfContent(beginning.AsSpan(0, length));
    }

    // One range is served; several at once, which nothing here asks for, are answered with all of it, as RFC 9110 (14.2) allows.
    private static (long Start, long End)? RangeOf(HttpRequest request, Cid cid, long size)
    {
        if (!RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range) || range.Unit != "bytes" || range.Ranges.Count != 1) return null;
        if (request.Headers.IfRange.ToString() is { Length: > 0 } condition && condition != TagOf(cid)) return null;
        var one = range.Ranges.First();
        var (start, end) = one.From is { } from ? (from, one.To is { } to && to < size ? to + 1 : size) : (Math.Max(0, size - one.To!.Value), size);
        if (start >= size || start >= end) throw new HttpRefusal(StatusCodes.Status416RangeNotSatisfiable, $"the file has {size} bytes");
        return (start, end);
    }
}
