using Causeway.Apps.Building;
using Causeway.Apps.Bundles;
using Causeway.Hosting.Lifecycle;

namespace Causeway.Cli.Apps;

/// <summary>Finds files of a bundle by paths, folders and patterns, as cp does: a file by its name, a folder with what is in it.</summary>
internal static class BundleSelection
{
    // Users of the older server name files of these folders without them.
    private static readonly string[] Usual = ["", "html/", "config/"];

    /// <summary>The files, each once, in the order of their paths.</summary>
    /// <exception cref="UserErrorException">Something names no file, or two files would become one.</exception>
    public static IReadOnlyList<SelectedEntry> Of(Bundle bundle, IEnumerable<string> paths)
    {
        var byName = new SortedDictionary<string, SelectedEntry>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            foreach (var selected in Find(bundle, path))
            {
                if (!byName.TryAdd(selected.Name, selected) && byName[selected.Name].Entry != selected.Entry)
                    throw new UserErrorException(ExitCode.Usage, $"'{selected.Entry.Path}' and '{byName[selected.Name].Entry.Path}' would both become '{selected.Name}'; copy them one after the other to different folders");
            }
        }

        return [.. byName.Values];
    }

    private static List<SelectedEntry> Find(Bundle bundle, string path)
    {
        foreach (var folder in Usual)
        {
            var pattern = new PathPattern(folder + path.TrimStart('/'));
            var found = pattern.HasWildcards ? Matching(bundle, pattern) : Named(bundle, pattern.Path);
            if (found.Count > 0) return found;
        }

        var near = bundle.Entries.Select(static e => e.Path).FirstOrDefault(p => p.EndsWith("/" + Path.GetFileName(path), StringComparison.OrdinalIgnoreCase));
        throw new UserErrorException(ExitCode.Usage, $"the bundle has no '{path}'{(near is null ? "" : $", but it has '{near}'")}; 'ls' shows what is there");
    }

    private static List<SelectedEntry> Matching(Bundle bundle, PathPattern pattern) => [.. bundle.Entries.Where(e => pattern.Matches(e.Path)).Select(static e => new SelectedEntry(e, Path.GetFileName(e.Path)))];

    private static List<SelectedEntry> Named(Bundle bundle, string path)
    {
        // A folder keeps its name, as with cp -r.
        var parent = path.LastIndexOf('/') + 1;
        return
        [
            .. bundle.Entries
                .Where(e => e.Path == path || path.Length == 0 || e.Path.StartsWith(path + "/", StringComparison.Ordinal))
                .Select(e => new SelectedEntry(e, e.Path[parent..])),
        ];
    }
}
