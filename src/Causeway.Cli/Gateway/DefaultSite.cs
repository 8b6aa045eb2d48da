using Causeway.Apps.Configuration;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Sites;
using Microsoft.Extensions.FileProviders;

namespace Causeway.Cli.Gateway;

/// <summary>What is embedded in the command: the chat, and the browser library for every site.</summary>
internal static class DefaultSite
{
    /// <summary>How the chat's resources start; the build puts them there.</summary>
    public const string ResourcePrefix = "site/";

    /// <summary>How the chat is served: its peers tell each other of changed files (docs/reference/chat-protocol.md).</summary>
    public static SiteConfiguration ChatConfiguration { get; } = new() { NotifyTopic = "causeway-chat-files" };

    /// <summary>The chat.</summary>
    /// <exception cref="UserErrorException">This build has none inside.</exception>
    public static SiteOptions Chat()
    {
        var embedded = new EmbeddedSite(typeof(DefaultSite).Assembly, ResourcePrefix);
        return embedded.IsEmpty
            ? throw new UserErrorException(ExitCode.Usage, "this build has no chat inside; name a folder with --dir, or build with Node.js and npm installed")
            : new SiteOptions { Files = embedded };
    }

    /// <summary>The browser library appears at <c>/gateway-client/</c> of every site; a copy in the site itself takes precedence.</summary>
    public static IFileProvider WithLibrary(IFileProvider site)
        => new CompositeFileProvider(site, new EmbeddedSite(typeof(DefaultSite).Assembly, ResourcePrefix + "gateway-client/dist/", "gateway-client/"));
}
