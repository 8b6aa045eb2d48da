using Causeway.Hosting.Lifecycle;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;

namespace Causeway.Hosting.Sites;

/// <summary>Finds the site in a folder that the user named.</summary>
public static class SiteFolder
{
    /// <summary>The site's files: its page at the folder's top, or in <c>html/</c>, the layout of the older server of this protocol.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="indexFile">The page's name.</param>
    /// <exception cref="UserErrorException">The folder is not there, or holds no site.</exception>
    public static PhysicalFileProvider Open(string folder, string indexFile = "index.html")
    {
        var full = Path.GetFullPath(folder);
        if (!Directory.Exists(full)) throw new UserErrorException(ExitCode.Usage, $"the folder '{folder}' does not exist");
        foreach (var candidate in new[] { full, Path.Combine(full, "html") })
        {
            // Hidden and system files (.git, .env) are not part of a site.
            if (File.Exists(Path.Combine(candidate, indexFile))) return new PhysicalFileProvider(candidate, ExclusionFilters.Sensitive);
        }

        throw new UserErrorException(ExitCode.Usage, $"the folder '{folder}' holds no site: put an {indexFile} at its top or in its folder 'html'");
    }
}
