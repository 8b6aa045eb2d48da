using Causeway.Apps.Bundles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Causeway.Apps.Sites;

/// <summary>The files of a bundle below one of its folders, for the web server. Every part of each is read from the bundle when it is asked for.</summary>
internal sealed class BundleFiles : IFileProvider
{
    private readonly Dictionary<string, BundleFile> _files = new(StringComparer.Ordinal);

    /// <summary>Finds the files.</summary>
    /// <param name="bundle">The bundle; stays its owner's.</param>
    /// <param name="folder">The folder, with a slash at its end; empty for all of it.</param>
    /// <param name="hidden">The path in the bundle that is not served.</param>
    public BundleFiles(Bundle bundle, string folder, string? hidden)
    {
        // The bundle's own time: contents have none, and a new bundle has new ones.
        var modified = new DateTimeOffset(File.GetLastWriteTimeUtc(bundle.Path));
        foreach (var entry in bundle.Entries)
        {
            if (entry.Path.StartsWith(folder, StringComparison.Ordinal) && entry.Path != hidden) _files[entry.Path[folder.Length..]] = new BundleFile(bundle, entry, modified);
        }
    }

    /// <inheritdoc/>
    public IFileInfo GetFileInfo(string subpath) => _files.TryGetValue(subpath.TrimStart('/'), out var file) ? file : new NotFoundFileInfo(subpath);

    /// <inheritdoc/>
    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    /// <inheritdoc/>
    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    private sealed class BundleFile(Bundle bundle, BundleEntry entry, DateTimeOffset modified) : IFileInfo
    {
        public bool Exists => true;

        public bool IsDirectory => false;

        public DateTimeOffset LastModified => modified;

        public long Length => entry.Length;

        public string Name => Path.GetFileName(entry.Path);

        public string? PhysicalPath => null;

        public Stream CreateReadStream() => bundle.OpenRead(entry);
    }
}
