namespace Causeway.Tunnel.Rosters.Evaluation;

/// <summary>Strongly connected components (Tarjan 1972), without recursion: a hostile history may be deep.</summary>
internal static class Circles
{
    /// <summary>The components into which no edge leads from outside. <paramref name="sources"/> are, for each vertex, the vertices with an edge to it.</summary>
    public static List<List<int>> WithoutOutsiders(List<List<int>> sources)
    {
        var component = Components(sources);
        var isReached = new bool[sources.Count];
        for (var v = 0; v < sources.Count; v++)
        {
            if (sources[v].Exists(s => component[s] != component[v])) isReached[component[v]] = true;
        }

        return [.. Enumerable.Range(0, sources.Count).Where(v => !isReached[component[v]]).GroupBy(v => component[v]).Select(g => g.ToList())];
    }

    // The edges are walked against their direction, which changes nothing about the components.
    private static int[] Components(List<List<int>> edges)
    {
        var count = edges.Count;
        var component = Enumerable.Repeat(-1, count).ToArray();
        var index = new int[count];
        var low = new int[count];
        var stack = new Stack<int>();
        var walk = new Stack<(int Vertex, int Edge)>();
        var (next, components) = (1, 0);
        for (var root = 0; root < count; root++)
        {
            if (index[root] != 0) continue;
            walk.Push((root, 0));
            while (walk.TryPop(out var step))
            {
                var (v, e) = step;
                if (e == 0)
                {
                    index[v] = low[v] = next++;
                    stack.Push(v);
                }
                else
                {
                    low[v] = Math.Min(low[v], low[edges[v][e - 1]]);
                }

                // Vertices of finished components have the highest low there is.
                while (e < edges[v].Count && index[edges[v][e]] != 0)
                {
                    if (component[edges[v][e]] < 0) low[v] = Math.Min(low[v], index[edges[v][e]]);
                    e++;
                }

                if (e < edges[v].Count)
                {
                    walk.Push((v, e + 1));
                    walk.Push((edges[v][e], 0));
                }
                else if (low[v] == index[v])
                {
                    int w;
                    do
                    {
                        w = stack.Pop();
                        component[w] = components;
                        low[w] = int.MaxValue;
                    }
                    while (w != v);
                    components++;
                }
            }
        }

        return component;
    }
}
