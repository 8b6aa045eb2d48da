using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;

namespace Causeway.Hosting.Sites;

/// <summary>Serves a static site.</summary>
public static class SiteExtensions
{
    /// <summary>
    /// Serves files with ranges, conditional requests and content types (ASP.NET Core's static files), security headers, and the fallback of single-page
    /// applications: a path without a file and without an extension (or with <c>.html</c>) is answered with <c>index.html</c>, since the page routes it. A folder
    /// with a page of its own is sent to its address with a slash, from which the page's relative links start. The page's name and the fallback are options.
    /// </summary>
    public static IApplicationBuilder UseSite(this IApplicationBuilder app, SiteOptions options)
    {
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".mjs"] = "text/javascript";
        types.Mappings[".webmanifest"] = "application/manifest+json";
        types.Mappings[".wasm"] = "application/wasm";

        app.Use((context, next) =>
        {
            AddHeaders(context.Response.Headers, options);
            if (IsHidden(context.Request.Path))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }

            if (FolderOf(context.Request, options) is { } folder)
            {
                context.Response.Redirect(folder);
                return Task.CompletedTask;
            }

            if (Fallback(context.Request, options) is { } path) context.Request.Path = path;
            return next(context);
        });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = options.Files, ContentTypeProvider = types, ServeUnknownFileTypes = true, DefaultContentType = "application/octet-stream" });
        return app;
    }

    // The file provider leaves hidden files out, but not files in hidden folders, such as .git. /.well-known is meant to be seen (RFC 8615).
    private static bool IsHidden(PathString path)
        => (path.Value ?? "").Split('/', '\\').Any(segment => segment.StartsWith('.') && segment is not (".well-known" or "." or ".."));

    private static string? FolderOf(HttpRequest request, SiteOptions options)
    {
        var path = request.Path.Value ?? "/";
        if ((!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) || path.EndsWith('/')) return null;
        if (options.Files.GetFileInfo(path) is { Exists: true, IsDirectory: false } || !options.Files.GetFileInfo($"{path}/{options.IndexFile}").Exists) return null;

        // Two slashes in front would be read as the name of another server.
        return request.PathBase + new PathString("/" + path.TrimStart('/', '\\') + "/") + request.QueryString;
    }

    private static string? Fallback(HttpRequest request, SiteOptions options)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) return null;
        var path = request.Path.Value ?? "/";
        var file = options.Files.GetFileInfo(path);
        if (file.Exists && !file.IsDirectory) return null;
        if (path.EndsWith('/') && options.Files.GetFileInfo(path + options.IndexFile).Exists) return path + options.IndexFile;
        if (!options.SpaFallback) return null;
        var extension = Path.GetExtension(path);
        return extension.Length == 0 || extension.Equals(".html", StringComparison.OrdinalIgnoreCase) ? "/" + options.IndexFile : null;
    }

    private static void AddHeaders(IHeaderDictionary headers, SiteOptions options)
    {
        headers.CacheControl = options.CacheControl;
        if (options.ContentSecurityPolicy.Length > 0) headers.ContentSecurityPolicy = options.ContentSecurityPolicy;
        if (options.ContentTypeOptions.Length > 0) headers.XContentTypeOptions = options.ContentTypeOptions;
        if (options.FrameOptions.Length > 0) headers.XFrameOptions = options.FrameOptions;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
