using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Causeway.Apps.Sites;

/// <summary>The files of a folder for the web server, without the site's configuration.</summary>
internal sealed class FolderFiles(PhysicalFileProvider files, string? hidden) : IFileProvider, IDisposable
{
    /// <inheritdoc/>
    public IFileInfo GetFileInfo(string subpath)
        => files.GetFileInfo(subpath) is var file && file.PhysicalPath is { } path && IsHidden(path) ? new NotFoundFileInfo(subpath) : file;

    /// <inheritdoc/>
    public IDirectoryContents GetDirectoryContents(string subpath) => files.GetDirectoryContents(subpath);

    /// <inheritdoc/>
    public IChangeToken Watch(string filter) => files.Watch(filter);

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    // Some file systems do not care for upper and lower case.
    private bool IsHidden(string path) => hidden is not null && Path.GetFullPath(path).Equals(hidden, StringComparison.OrdinalIgnoreCase);
}
