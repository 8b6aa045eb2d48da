namespace Causeway.Tunnel.Rosters.Evaluation;

/// <summary>
/// A run of entries between two that every other entry is related to. Who is whose ancestor is a table of bits: the entries of a run that
/// administrators wrote without knowing of each other are few, and a hostile one cannot make more than <see cref="Entries.RosterLimits.Entries"/>.
/// </summary>
internal sealed class RosterSegment
{
    private readonly RosterNode[] _nodes;
    private readonly ulong[] _ancestors;
    private readonly int _words;

    public RosterSegment(RosterNode[] nodes, Func<RosterNode, int> positionOf)
    {
        _nodes = nodes;
        _words = (nodes.Length + 63) / 64;
        _ancestors = new ulong[nodes.Length * _words];
        for (var i = 0; i < nodes.Length; i++)
        {
            var row = _ancestors.AsSpan(i * _words, _words);
            foreach (var parent in nodes[i].Parents)
            {
                var position = positionOf(parent);
                if (position < 0) continue;
                var above = _ancestors.AsSpan(position * _words, _words);
                for (var w = 0; w < _words; w++) row[w] |= above[w];
                row[position / 64] |= 1UL << (position % 64);
            }
        }
    }

    public int Length => _nodes.Length;

    public RosterNode this[int position] => _nodes[position];

    /// <summary>Whether the first entry is an ancestor of the second.</summary>
    public bool IsBefore(int ancestor, int descendant) => (_ancestors[(descendant * _words) + (ancestor / 64)] >> (ancestor % 64) & 1) != 0;

    /// <summary>Whether neither is the other's ancestor. An entry is not concurrent with itself.</summary>
    public bool AreConcurrent(int one, int other) => one != other && !IsBefore(one, other) && !IsBefore(other, one);

    /// <summary>Cuts the entries, which come in the order of §5.2, into runs and entries that stand alone.</summary>
    public static IEnumerable<Range> Cut(IReadOnlyList<RosterNode> ordered, int[] positions)
    {
        // Every later entry descends from the one at i if each has a parent at i or later.
        var reach = new int[ordered.Count + 1];
        reach[^1] = int.MaxValue;
        for (var i = ordered.Count - 1; i >= 0; i--) reach[i] = Math.Min(reach[i + 1], ordered[i].Parents.Select(p => positions[p.Slot]).DefaultIfEmpty(-1).Max());

        var isHead = new bool[ordered.Count];
        var heads = 0;
        var start = 0;
        for (var i = 0; i < ordered.Count; i++)
        {
            foreach (var parent in ordered[i].Parents)
            {
                ref var flag = ref isHead[positions[parent.Slot]];
                if (flag) heads--;
                flag = false;
            }

            isHead[i] = true;
            heads++;
            if (heads != 1 || reach[i + 1] < i) continue;
            if (start < i) yield return start..i;
            yield return i..(i + 1);
            start = i + 1;
        }

        if (start < ordered.Count) yield return start..ordered.Count;
    }
}
