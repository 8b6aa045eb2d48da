using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Sites;
using Microsoft.Extensions.FileProviders;

namespace Causeway.Cli.Gateway;

/// <summary>What the gateway serves: a folder, or the chat that is embedded in the command.</summary>
internal static class DefaultSite
{
    /// <summary>How the chat's resources start; the build puts them there.</summary>
    public const string ResourcePrefix = "site/";

    /// <summary>The site.</summary>
    /// <exception cref="UserErrorException">The folder holds no site, or this build has none inside.</exception>
    public static SiteOptions Open(string? folder)
    {
        if (folder is not null) return new SiteOptions { Files = WithLibrary(SiteFolder.Open(folder)), ContentSecurityPolicy = SiteOptions.OpenPolicy };
        var embedded = new EmbeddedSite(typeof(DefaultSite).Assembly, ResourcePrefix);
        return embedded.IsEmpty
            ? throw new UserErrorException(ExitCode.Usage, "this build has no chat inside; name a folder with --dir, or build with Node.js and npm installed")
            : new SiteOptions { Files = embedded };
    }

    /// <summary>The browser library appears at <c>/gateway-client/</c> of every site; a copy in the site's own folder takes precedence.</summary>
    private static CompositeFileProvider WithLibrary(IFileProvider folder)
        => new(folder, new EmbeddedSite(typeof(DefaultSite).Assembly, ResourcePrefix + "gateway-client/dist/", "gateway-client/"));
}
