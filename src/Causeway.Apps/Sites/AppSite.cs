using System.Text;
using Causeway.Apps.Bundles;
using Causeway.Apps.Configuration;
using Causeway.Hosting.Lifecycle;
using Causeway.Hosting.Sites;
using Microsoft.Extensions.FileProviders;

namespace Causeway.Apps.Sites;

/// <summary>
/// A site that a user named: a folder or a bundle, with the page at its top or in <c>html/</c> (the layout of the older server of this protocol), and its
/// configuration beside it.
/// </summary>
public sealed class AppSite : IDisposable
{
    private readonly IDisposable _owned;

    private AppSite(string path, IFileProvider files, SiteConfiguration configuration, IDisposable owned)
    {
        Path = path;
        Files = files;
        Configuration = configuration;
        _owned = owned;
    }

    /// <summary>The folder or the bundle.</summary>
    public string Path { get; }

    /// <summary>Its name: the folder's or the file's, without an extension.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path.TrimEnd('/', '\\')) is { Length: > 0 } name ? name : Path;

    /// <summary>What is served.</summary>
    public IFileProvider Files { get; }

    /// <summary>How.</summary>
    public SiteConfiguration Configuration { get; }

    /// <summary>Opens a site.</summary>
    /// <exception cref="UserErrorException">There is nothing, or no site, or its configuration makes no sense.</exception>
    public static AppSite Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            if (Directory.Exists(full)) return OpenFolder(path);
            if (File.Exists(full)) return OpenBundle(path, full);
        }
        catch (BundleException e)
        {
            throw new UserErrorException(ExitCode.Usage, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"'{path}' cannot be read: {e.Message}", e);
        }

        throw new UserErrorException(ExitCode.Usage, $"there is no folder or bundle '{path}'");
    }

    /// <summary>Opens a site in a folder.</summary>
    /// <exception cref="UserErrorException">The folder is not there or holds no site, or its configuration makes no sense.</exception>
    public static AppSite OpenFolder(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var name = SiteConfigurationReader.Paths.FirstOrDefault(p => File.Exists(System.IO.Path.Combine(full, p)));
        var file = name is null ? null : System.IO.Path.Combine(full, name);
        var configuration = file is null ? new SiteConfiguration() : Read(File.OpenRead(file), System.IO.Path.Combine(path, name!));
        var files = new FolderFiles(SiteFolder.Open(path, configuration.IndexFile), file);
        return new AppSite(full, files, configuration, files);
    }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();

    private static AppSite OpenBundle(string path, string full)
    {
        var bundle = Bundle.Open(full);
        try
        {
            var entries = bundle.Entries.ToDictionary(static e => e.Path);
            var name = SiteConfigurationReader.Paths.FirstOrDefault(entries.ContainsKey);
            var configuration = name is null ? new SiteConfiguration() : Read(bundle.OpenRead(entries[name]), $"{path}: {name}");
            foreach (var folder in new[] { "", "html/" })
            {
                if (entries.ContainsKey(folder + configuration.IndexFile)) return new AppSite(full, new BundleFiles(bundle, folder, name), configuration, bundle);
            }

            throw new UserErrorException(ExitCode.Usage, $"the bundle '{path}' holds no site: there must be an {configuration.IndexFile} at its top or in its folder 'html'");
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    private static SiteConfiguration Read(Stream stream, string name)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var buffer = new char[TomlReader.MaxLength + 1];
        try
        {
            return SiteConfigurationReader.Read(new string(buffer, 0, reader.ReadBlock(buffer)), name);
        }
        catch (DecoderFallbackException e)
        {
            throw new UserErrorException(ExitCode.Usage, $"{name} is no text in UTF-8", e);
        }
    }
}
