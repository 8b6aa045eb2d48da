using System.Globalization;
using Causeway.Ipfs.Blocks;
using Causeway.Ipfs.Dag;
using Causeway.Ipfs.Dag.Cbor;
using Causeway.Ipfs.Dag.Json;
using Causeway.Ipfs.UnixFs;
using Causeway.Multiformats;

namespace Causeway.Ipfs.Http;

/// <summary>Where a path leads.</summary>
/// <param name="Blocks">The blocks that it takes to follow the path, in order, without the one that it ends at.</param>
/// <param name="Roots">The CIDs of the path's names, from the root on.</param>
/// <param name="End">The block that it ends at, or within.</param>
internal sealed record ResolvedPath(IReadOnlyList<Cid> Blocks, IReadOnlyList<Cid> Roots, Cid End);

/// <summary>Follows paths through folders of UnixFS, and through the maps, lists and links of DAG-CBOR and DAG-JSON.</summary>
/// <param name="source">Where the blocks come from.</param>
internal sealed class PathResolver(IBlockSource source)
{
    /// <summary>Follows a path.</summary>
    /// <exception cref="TrustlessRefusal">404: there is nothing of that name.</exception>
    /// <exception cref="IpfsException">A block cannot be had, or is broken.</exception>
    public async Task<ResolvedPath> ResolveAsync(Cid root, IReadOnlyList<string> path, CancellationToken cancellationToken)
    {
        // What the way takes is what was looked at on it.
        var visited = new VisitedSource(source);
        List<Cid> roots = [root];
        var end = root;
        for (var i = 0; i < path.Count;)
        {
            if (end.Codec is Multicodec.DagCbor or Multicodec.DagJson)
            {
                var data = await visited.GetAsync(end, cancellationToken);
                var value = end.Codec == Multicodec.DagCbor ? DagCbor.Decode(data) : DagJson.Decode(data.Span);
                var isWithin = true;
                while (isWithin && i < path.Count)
                {
                    value = Step(value, path[i++]) ?? throw NotFound(path[i - 1], end);
                    isWithin = value is not IpldLink;
                }

                if (isWithin) return new ResolvedPath(visited.Take(end), roots, end);
                end = value.As<IpldLink>().Value;
            }
            else
            {
                end = await StepAsync(visited, end, path[i++], cancellationToken);
            }

            roots.Add(end);
        }

        return new ResolvedPath(visited.Take(end), roots, end);
    }

    private static async Task<Cid> StepAsync(VisitedSource visited, Cid folder, string name, CancellationToken cancellationToken)
    {
        // No entry has such a name, and it is not two.
        if (name.Contains('/')) throw NotFound(name, folder);
        try
        {
            return await new UnixFsReader(visited).ResolveAsync(folder, name, cancellationToken);
        }
        catch (IpfsException error) when (error.Error is IpfsError.PathNotFound or IpfsError.WrongKind or IpfsError.NotSupported)
        {
            throw NotFound(name, folder, error);
        }
    }

    private static IpldValue? Step(IpldValue value, string name) => value switch
    {
        IpldMap map => map.TryGetValue(name, out var entry) ? entry : null,
        IpldList list => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count ? list[index] : null,
        _ => null,
    };

    private static TrustlessRefusal NotFound(string name, Cid where, Exception? innerException = null) => new(404, $"There is no '{name}' in {where}.", innerException);

    /// <summary>Remembers which blocks were asked for.</summary>
    private sealed class VisitedSource(IBlockSource source) : IBlockSource
    {
        private readonly List<Cid> _visited = [];

        public ValueTask<ReadOnlyMemory<byte>> GetAsync(Cid cid, CancellationToken cancellationToken = default)
        {
            if (_visited.Count == 0 || _visited[^1] != cid) _visited.Add(cid);
            return source.GetAsync(cid, cancellationToken);
        }

        public IReadOnlyList<Cid> Take(Cid end) => [.. _visited.Where(cid => cid != end)];
    }
}
