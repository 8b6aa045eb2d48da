using Causeway.Apps.Bundles;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Apps.Building;

/// <summary>What of a site's folder goes into a bundle.</summary>
public sealed class SiteScan
{
    private readonly string _root;
    private readonly string _realRoot;
    private readonly IReadOnlyList<PathPattern> _included;
    private readonly HashSet<string> _excluded;
    private readonly List<BundleSource> _files = [];
    private readonly List<LeftOutFile> _leftOut = [];

    private SiteScan(string root, IReadOnlyList<PathPattern> included, IEnumerable<string> excluded)
    {
        _root = Path.GetFullPath(root);
        _realRoot = Real(_root);
        _included = included;
        _excluded = [.. excluded.Select(static p => Real(Path.GetFullPath(p)))];
    }

    /// <summary>The files that go in, in no order.</summary>
    public IReadOnlyList<BundleSource> Files => _files;

    /// <summary>What stays: private matter, hidden files, links that lead out, what is no file.</summary>
    public IReadOnlyList<LeftOutFile> LeftOut => _leftOut;

    /// <summary>Looks through a folder.</summary>
    /// <param name="folder">The site's folder.</param>
    /// <param name="included">What goes in although it looks private. Excluded paths stay nevertheless.</param>
    /// <param name="excluded">Files and folders that stay: the output, servers' state.</param>
    /// <exception cref="UserErrorException">The folder is not there or cannot be read.</exception>
    public static SiteScan Of(string folder, IReadOnlyList<PathPattern> included, IEnumerable<string> excluded)
    {
        if (!Directory.Exists(folder)) throw new UserErrorException(ExitCode.Usage, $"the folder '{folder}' does not exist");
        var scan = new SiteScan(folder, included, excluded);
        try
        {
            scan.AddFolder("");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Failure, $"the folder '{folder}' cannot be read: {e.Message}", e);
        }

        return scan;
    }

    private void AddFolder(string path)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(_root, path)).EnumerateFileSystemInfos())
        {
            var name = path + entry.Name;
            if (entry is DirectoryInfo) Visit(entry, name + "/");
            else Add(entry, name);
        }
    }

    private void Visit(FileSystemInfo folder, string name)
    {
        // A pattern may include something further down.
        if (Refuse(name, folder.FullName) is { } reason && !(IsIncludable(folder.FullName) && _included.Count > 0 && MayHoldIncluded(name))) Leave(name, reason);
        else if (folder.LinkTarget is not null) Leave(name, "a link to a folder");
        else AddFolder(name);
    }

    private void Add(FileSystemInfo file, string name)
    {
        if (_excluded.Contains(Real(file.FullName))) Leave(name, "the bundle itself");
        else if (!FileKind.IsRegular(file.FullName)) Leave(name, "not a file");
        else if (file.LinkTarget is not null && RelativeToRoot(file.FullName) is not { } target) Leave(name, "a link that leads out of the folder");
        else if (WhyPrivate(file, name) is { } reason && !IsIncluded(name)) Leave(name, reason);
        else _files.Add(new BundleSource(name, file.FullName));
    }

    private string? WhyPrivate(FileSystemInfo file, string name)
    {
        // A link may have a harmless name.
        var target = file.LinkTarget is null ? null : RelativeToRoot(file.FullName);
        foreach (var path in target is null ? [name] : new[] { name, target })
        {
            for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            {
                if (PrivateMatter.InPath(path[..(slash + 1)]) is { } folder) return folder;
            }

            if (PrivateMatter.InPath(path) is { } reason) return reason;
        }

        var head = new byte[PrivateMatter.Head];
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        return PrivateMatter.InContent(head.AsSpan(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
    }

    private string? Refuse(string name, string full) => IsIncludable(full) ? PrivateMatter.InPath(name) : "the state of servers";

    private bool IsIncludable(string full) => !_excluded.Contains(Real(full));

    private bool IsIncluded(string name) => _included.Any(p => p.Matches(name) || (!p.HasWildcards && name.StartsWith(p.Path + "/", StringComparison.Ordinal)));

    private bool MayHoldIncluded(string folder) => _included.Any(p =>
        p.Path.StartsWith(folder, StringComparison.Ordinal) || p.Path == folder.TrimEnd('/') || folder.StartsWith(p.Path + "/", StringComparison.Ordinal));

    private void Leave(string name, string reason) => _leftOut.Add(new LeftOutFile(name, reason));

    // Null when it is outside.
    private string? RelativeToRoot(string path)
    {
        var relative = Path.GetRelativePath(_realRoot, Real(path));
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : relative.Replace('\\', '/');
    }

    // Where a path really is, with the links in its folders followed, too. What is not there yet stays as it is.
    private static string Real(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (parent is null) return path;
        var here = Path.Combine(Real(parent), Path.GetFileName(path));
        try
        {
            return new FileInfo(here).ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName) : here;
        }
        catch (IOException)
        {
            // A link to itself.
            return here;
        }
    }
}
