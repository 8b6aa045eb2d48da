using Causeway.Ipfs.Dag.Pb;

namespace Causeway.Ipfs.Dag;

/// <summary>
/// DAG-PB nodes as values: a map of <c>Links</c> (maps of <c>Hash</c>, <c>Name</c>, <c>Tsize</c>) and <c>Data</c>, in which what is not there is left out
/// (ipld/ipld, <c>specs/codecs/dag-pb/spec.md</c>, "Logical Format").
/// </summary>
public static class DagPbValue
{
    private const string Links = "Links";
    private const string Data = "Data";
    private const string Hash = "Hash";
    private const string Name = "Name";
    private const string Size = "Tsize";

    /// <summary>A node's value.</summary>
    public static IpldMap FromNode(DagPbNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var map = IpldMap.Of((Links, IpldList.Of([.. node.Links.Select(FromLink)])));
        return node.Data is { } data ? map.With(Data, new IpldBytes(data)) : map;
    }

    /// <summary>The node of a value.</summary>
    /// <exception cref="IpfsException">
    /// The value has another form than DAG-PB nodes have, or its links are not sorted by the bytes of their names (<see cref="IpfsError.Malformed"/>).
    /// </exception>
    public static DagPbNode ToNode(IpldValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var map = value.As<IpldMap>();
        RefuseOthers(map, Links, Data);
        var links = map.Get<IpldList>(Links).Select(ToLink).ToArray();
        for (var i = 1; i < links.Length; i++)
            if (MapKeys.CompareBytes(links[i - 1].Name ?? "", links[i].Name ?? "") > 0)
                throw new IpfsException(IpfsError.Malformed, "The links of a DAG-PB node are not sorted by their names.");
        return map.ContainsKey(Data) ? new DagPbNode { Links = links, Data = map.Get<IpldBytes>(Data).Value } : new DagPbNode { Links = links };
    }

    private static IpldMap FromLink(DagPbLink link)
    {
        var map = IpldMap.Of((Hash, link.Hash));
        if (link.Name is { } name) map = map.With(Name, name);
        return link.Size is { } size ? map.With(Size, size) : map;
    }

    private static DagPbLink ToLink(IpldValue value)
    {
        var map = value.As<IpldMap>();
        RefuseOthers(map, Hash, Name, Size);
        return new DagPbLink(
            map.Get<IpldLink>(Hash).Value,
            map.ContainsKey(Name) ? map.Get<IpldString>(Name).Value : null,
            map.ContainsKey(Size) ? ToSize(map.Get<IpldInteger>(Size)) : null);
    }

    private static ulong ToSize(IpldInteger size) =>
        size.Value >= 0 ? (ulong)size.Value : throw new IpfsException(IpfsError.Malformed, "A DAG-PB link's Tsize is negative.");

    private static void RefuseOthers(IpldMap map, params ReadOnlySpan<string> known)
    {
        foreach (var (key, _) in map)
            if (!known.Contains(key)) throw new IpfsException(IpfsError.Malformed, $"A DAG-PB node has no field '{key}'.");
    }
}
