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

    /// <summary>The Content-Security-Policy header.</summary>
    public string ContentSecurityPolicy { get; init; } = StrictPolicy;

    /// <summary>
    /// The Cache-Control header. Default <c>no-cache</c>: browsers keep files, and ask each time whether they have changed, which ETags make cheap.
    /// </summary>
    public string CacheControl { get; init; } = "no-cache";
}
