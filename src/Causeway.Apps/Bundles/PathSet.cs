namespace Causeway.Apps.Bundles;

/// <summary>Paths of files that can be in one folder on every system: none twice but for upper and lower case, and none that is also the folder of another.</summary>
internal sealed class PathSet
{
    private readonly Dictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _folders = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a path.</summary>
    /// <returns>The path that is in its way; null when it was added.</returns>
    public string? Add(string path)
    {
        if (_files.TryGetValue(path, out var other) || _folders.TryGetValue(path, out other)) return other;
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            // Folders that differ by case only become one, and their files one set.
            if (_files.TryGetValue(path[..slash], out other)) return other;
        }

        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1)) _folders.TryAdd(path[..slash], path);
        _files.Add(path, path);
        return null;
    }
}
