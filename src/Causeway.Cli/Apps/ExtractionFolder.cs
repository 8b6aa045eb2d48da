using Causeway.Apps.Bundles;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Apps;

/// <summary>A folder that files of a bundle are written to, and nothing beside it: paths have been checked when the bundle was opened, links are not followed.</summary>
internal sealed class ExtractionFolder(string folder)
{
    private readonly string _root = Path.GetFullPath(folder);

    /// <summary>Checks that nothing is there.</summary>
    /// <exception cref="UserErrorException">Something is.</exception>
    public void RequireEmpty()
    {
        if (Directory.Exists(_root) && Directory.EnumerateFileSystemEntries(_root).Any())
            throw new UserErrorException(ExitCode.Usage, $"the folder '{folder}' is not empty; name another with -o, or write over what is there with --force");
    }

    /// <summary>Writes a file, in one step in place of the one that may be there.</summary>
    /// <exception cref="UserErrorException">A link is in the way.</exception>
    /// <exception cref="BundleException">The bundle is damaged.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(Bundle bundle, BundleEntry entry, string name)
    {
        if (BundlePath.Refuse(name) is { } problem) throw new BundleException($"'{name}' cannot be written: the path {problem}");
        var target = Path.Combine(_root, name.Replace('/', Path.DirectorySeparatorChar));
        CreateFolders(name);
        var draft = Path.Combine(Path.GetDirectoryName(target)!, $".{Guid.NewGuid():N}.new");
        try
        {
            using (var content = bundle.OpenRead(entry))
            using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write)) content.CopyTo(file);
            File.Move(draft, target, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    private void CreateFolders(string name)
    {
        Directory.CreateDirectory(_root);
        for (var slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/', slash + 1))
        {
            var path = Path.Combine(_root, name[..slash]);
            if (new DirectoryInfo(path).LinkTarget is not null) throw new UserErrorException(ExitCode.Failure, $"'{path}' is a link, which may lead elsewhere; remove it, or write to another folder");
            Directory.CreateDirectory(path);
        }
    }
}
