using System.Reflection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Causeway.Hosting.Sites;

/// <summary>A site in the resources of an assembly: those whose names start with a prefix, such as <c>site/</c>, and continue with the path.</summary>
public sealed class EmbeddedSite : IFileProvider
{
    private readonly Dictionary<string, ResourceFile> _files = [];

    /// <summary>Finds the site's files.</summary>
    /// <param name="assembly">Where the resources are.</param>
    /// <param name="prefix">What their names start with; not part of the paths.</param>
    /// <param name="mount">The folder of the site where they appear, such as <c>library/</c>; empty for its top.</param>
    public EmbeddedSite(Assembly assembly, string prefix, string mount = "")
    {
        // Single-file executables have no location; the process's own file stands in, since it is as old.
        var file = assembly.Location is { Length: > 0 } location ? location : Environment.ProcessPath;
        var modified = file is null ? DateTimeOffset.UnixEpoch : new DateTimeOffset(File.GetLastWriteTimeUtc(file));
        foreach (var name in assembly.GetManifestResourceNames())
        {
            var path = name.Replace('\\', '/');
            if (path.StartsWith(prefix, StringComparison.Ordinal)) _files[mount + path[prefix.Length..]] = new ResourceFile(assembly, name, modified);
        }
    }

    /// <summary>Whether there is anything.</summary>
    public bool IsEmpty => _files.Count == 0;

    /// <inheritdoc/>
    public IFileInfo GetFileInfo(string subpath)
        => _files.TryGetValue(subpath.TrimStart('/'), out var file) ? file : new NotFoundFileInfo(subpath);

    /// <inheritdoc/>
    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    /// <inheritdoc/>
    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    private sealed class ResourceFile(Assembly assembly, string resource, DateTimeOffset modified) : IFileInfo
    {
        public bool Exists => true;

        public bool IsDirectory => false;

        public DateTimeOffset LastModified => modified;

        public long Length { get; } = LengthOf(assembly, resource);

        public string Name => resource[(resource.LastIndexOf('/') + 1)..];

        public string? PhysicalPath => null;

        public Stream CreateReadStream()
            => assembly.GetManifestResourceStream(resource) ?? throw new FileNotFoundException($"The resource {resource} is gone.");

        private static long LengthOf(Assembly assembly, string resource)
        {
            using var stream = assembly.GetManifestResourceStream(resource);
            return stream?.Length ?? 0;
        }
    }
}
