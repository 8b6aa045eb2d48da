using Causeway.Hosting.Lifecycle;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;

namespace Causeway.Hosting.Sites;

/// <summary>Finds the site in a folder that the user named.</summary>
public static class SiteFolder
{
    /// <summary>The site's files: <c>index.html</c> at the folder's top, or in <c>html/</c>, the layout of the older server of this protocol.</summary>
    /// <exception cref="UserErrorException">The folder is not there, or holds no site.</exception>
    public static PhysicalFileProvider Open(string folder)
    {
        var full = Path.GetFullPath(folder);
        if (!Directory.Exists(full)) throw new UserErrorException(ExitCode.Usage, $"the folder '{folder}' does not exist");
        foreach (var candidate in new[] { full, Path.Combine(full, "html") })
        {
            // Hidden and system files (.git, .env) are not part of a site.
            if (File.Exists(Path.Combine(candidate, "index.html"))) return new PhysicalFileProvider(candidate, ExclusionFilters.Sensitive);
        }

        throw new UserErrorException(ExitCode.Usage, $"the folder '{folder}' holds no site: put an index.html at its top or in its folder 'html'");
    }
}
