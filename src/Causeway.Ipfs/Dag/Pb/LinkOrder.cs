namespace Causeway.Ipfs.Dag.Pb;

/// <summary>The order in which links are written: by the bytes of their names, equal ones as they were given (specification, "Link Sorting").</summary>
internal static class LinkOrder
{
    /// <summary>The links in order: themselves where they are in order, else a sorted copy.</summary>
    public static IReadOnlyList<DagPbLink> Sorted(IReadOnlyList<DagPbLink> links)
    {
        for (var i = 1; i < links.Count; i++)
            if (Compare(links[i - 1].Name, links[i].Name) > 0) return Sort(links);
        return links;
    }

    /// <summary>Compares names as their UTF-8 bytes compare, without making any. No name is an empty one.</summary>
    public static int Compare(string? left, string? right)
    {
        var a = left.AsSpan();
        var b = right.AsSpan();
        var same = a.CommonPrefixLength(b);
        if (same == a.Length || same == b.Length) return a.Length.CompareTo(b.Length);

        // UTF-8 orders as code points do. In UTF-16 surrogates, which stand for the highest ones, sort before U+E000 to U+FFFF.
        return Rank(a[same]).CompareTo(Rank(b[same]));
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;

    private static DagPbLink[] Sort(IReadOnlyList<DagPbLink> links)
    {
        var places = new int[links.Count];
        var sorted = new DagPbLink[links.Count];
        for (var i = 0; i < places.Length; i++) places[i] = i;
        Array.Sort(places, (x, y) => Compare(links[x].Name, links[y].Name) is var order and not 0 ? order : x.CompareTo(y));
        for (var i = 0; i < places.Length; i++) sorted[i] = links[places[i]];
        return sorted;
    }
}
