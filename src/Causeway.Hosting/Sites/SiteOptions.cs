using Microsoft.Extensions.FileProviders;

namespace Causeway.Hosting.Sites;

/// <summary>A static site and how it is served.</summary>
public sealed record SiteOptions
{
    /// <summary>
    /// A policy for sites of our own: everything from the same origin, no inline scripts or styles, no framing. <c>data:</c> images serve generated avatars and icons.
    /// </summary>
    public const string StrictPolicy =
        "default-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>A policy for sites of users, which may carry scripts and styles in their pages: only what no site needs is shut off.</summary>
    public const string OpenPolicy = "object-src 'none'; base-uri 'self'; frame-ancestors 'self'";

    /// <summary>The files.</summary>
    public required IFileProvider Files { get; init; }

    /// <summary>The page of a folder, and of single-page applications. Default <c>index.html</c>.</summary>
    public string IndexFile { get; init; } = "index.html";

    /// <summary>Whether paths without a file and without an extension are answered with the site's page. Default yes.</summary>
    public bool SpaFallback { get; init; } = true;

    /// <summary>The Content-Security-Policy header; empty for none.</summary>
    public string ContentSecurityPolicy { get; init; } = StrictPolicy;

    /// <summary>
    /// The Cache-Control header. Default <c>no-cache</c>: browsers keep files, and ask each time whether they have changed, which ETags make cheap.
    /// </summary>
    public string CacheControl { get; init; } = "no-cache";

    /// <summary>The X-Content-Type-Options header; empty for none. Default <c>nosniff</c>.</summary>
    public string ContentTypeOptions { get; init; } = "nosniff";

    /// <summary>The X-Frame-Options header; empty for none, since the policy says it. Default none.</summary>
    public string FrameOptions { get; init; } = "";
}
