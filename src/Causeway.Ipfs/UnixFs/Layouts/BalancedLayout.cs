namespace Causeway.Ipfs.UnixFs.Layouts;

/// <summary>All leaves at the same depth: each full node goes to the level above it.</summary>
internal sealed class BalancedLayout(int maxLinks, Func<IReadOnlyList<FilePart>, FilePart> link) : Layout(link)
{
    private readonly List<List<FilePart>> _levels = [];

    public override void Add(FilePart leaf) => Add(0, leaf);

    public override FilePart Finish()
    {
        for (var level = 0; level < _levels.Count - 1; level++) Add(level + 1, Link(_levels[level]));
        return Link(_levels[^1]);
    }

    private void Add(int level, FilePart part)
    {
        if (level == _levels.Count) _levels.Add([]);
        var parts = _levels[level];

        // Only when one more comes is it certain that this node is not the root.
        if (parts.Count == maxLinks)
        {
            Add(level + 1, Link(parts));
            parts.Clear();
        }

        parts.Add(part);
    }
}
