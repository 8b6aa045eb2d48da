namespace Causeway.Tunnel.Rosters.Evaluation;

/// <summary>What a set of verified entries, closed under parents, means (tunnel protocol §5.2). A pure function of the set.</summary>
internal static class RosterEvaluator
{
    /// <summary>Applies all entries that hold.</summary>
    /// <param name="nodes">The entries; one's place is its <see cref="RosterNode.Slot"/>.</param>
    /// <param name="holding">For each slot, whether the entry holds.</param>
    public static RosterState Evaluate(IReadOnlyList<RosterNode> nodes, out bool[] holding)
    {
        var ordered = nodes.ToArray();
        Array.Sort(ordered);
        var positions = new int[ordered.Length];
        for (var i = 0; i < ordered.Length; i++) positions[ordered[i].Slot] = i;

        var state = new RosterState();
        holding = new bool[ordered.Length];
        foreach (var range in RosterSegment.Cut(ordered, positions))
        {
            var (start, length) = range.GetOffsetAndLength(ordered.Length);
            if (length == 1)
            {
                var node = ordered[start];
                holding[node.Slot] = state.Holds(node);
                if (holding[node.Slot]) state.Apply(node);
                continue;
            }

            var segment = new RosterSegment(ordered[range], parent => positions[parent.Slot] - start);
            var decided = SegmentDecision.Decide(segment, state);
            for (var i = 0; i < length; i++)
            {
                holding[segment[i].Slot] = decided[i];
                if (decided[i]) state.Apply(segment[i]);
            }
        }

        return state;
    }
}
