using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Rosters.Evaluation;

/// <summary>Which entries of a segment hold (tunnel protocol §5.2, steps 2 and 3): the heart of what administrators that did not know of each other amount to.</summary>
internal sealed class SegmentDecision
{
    private static readonly List<int> Nobody = [];
    private readonly RosterSegment _segment;
    private readonly RosterState _before;
    private readonly Dictionary<TunnelPeerId, List<int>> _grants = [];
    private readonly Dictionary<TunnelPeerId, List<int>> _admissions = [];
    private readonly Dictionary<TunnelPeerId, List<int>> _revocationsOf = [];
    private readonly List<int> _revocations = [];
    private readonly bool[] _forced;
    private readonly bool[] _banned;

    private SegmentDecision(RosterSegment segment, RosterState before)
    {
        _segment = segment;
        _before = before;
        _forced = new bool[segment.Length];
        _banned = new bool[segment.Length];
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i].Granted is { } granted) Of(_grants, granted).Add(i);
            if (segment[i].Admits) Of(_admissions, segment[i].Entry.Change.Subject!.Value).Add(i);
            if (segment[i].Revoked is not { } revoked) continue;
            Of(_revocationsOf, revoked).Add(i);
            _revocations.Add(i);
        }

        static List<int> Of(Dictionary<TunnelPeerId, List<int>> lists, TunnelPeerId peer)
        {
            if (!lists.TryGetValue(peer, out var list)) lists.Add(peer, list = []);
            return list;
        }
    }

    /// <summary>For each entry of the segment, whether it holds.</summary>
    public static bool[] Decide(RosterSegment segment, RosterState before) => new SegmentDecision(segment, before).Decide();

    private bool[] Decide()
    {
        while (true)
        {
            var (certain, possible) = Bounds();
            var open = _revocations.FindAll(r => possible[r] && !certain[r]);
            if (open.Count == 0)
            {
                var holding = Holding(certain, out _);
                foreach (var r in _revocations) holding[r] = certain[r];
                return holding;
            }

            Settle(open, certain);
        }
    }

    // More revocations in effect never make an entry hold that did not hold with fewer. So what holds although all that are possible were in
    // effect is certain, and what does not hold although only the certain ones are is impossible; from both sides to the fixed point.
    private (bool[] Certain, bool[] Possible) Bounds()
    {
        var certain = (bool[])_forced.Clone();
        while (true)
        {
            var possible = InEffect(certain);
            var next = InEffect(possible);
            if (next.AsSpan().SequenceEqual(certain)) return (certain, possible);
            certain = next;
        }
    }

    private bool[] InEffect(bool[] assumed)
    {
        var holding = Holding(assumed, out _);
        var result = new bool[_segment.Length];
        foreach (var r in _revocations) result[r] = _forced[r] || (holding[r] && !_banned[r]);
        return result;
    }

    // What is open depends on itself in a circle. In each circle that depends on no other one, the most senior author's revocation is in effect,
    // and those that would undo it are not.
    private void Settle(List<int> open, bool[] certain)
    {
        _ = Holding(certain, out var seniority);
        var undoneBy = open.ConvertAll(_ => new List<int>());
        for (var k = 0; k < open.Count; k++)
        {
            certain[open[k]] = true;
            var holding = Holding(certain, out _);
            certain[open[k]] = false;
            for (var j = 0; j < open.Count; j++)
            {
                if (!holding[open[j]]) undoneBy[j].Add(k);
            }
        }

        foreach (var circle in Circles.WithoutOutsiders(undoneBy))
        {
            var first = circle.MinBy(k => (seniority[open[k]], _segment[open[k]].Entry.Author, _segment[open[k]].Entry.Height, _segment[open[k]].Entry.Id));
            _forced[open[first]] = true;
            foreach (var k in undoneBy[first]) _banned[open[k]] = true;
        }
    }

    /// <summary>Which entries hold if exactly the given revocations are in effect, and how senior their authors are.</summary>
    private bool[] Holding(bool[] inEffect, out ulong[] seniority)
    {
        var holding = new bool[_segment.Length];
        seniority = new ulong[_segment.Length];
        for (var i = 0; i < holding.Length; i++)
        {
            var node = _segment[i];
            seniority[i] = Seniority(i, node.Entry.Author, inEffect, holding);
            holding[i] = seniority[i] != ulong.MaxValue && (node.Revoked is not null || IsUnopposed(i, inEffect)) && (!node.NeedsPresence || IsPresent(i, node.Entry.Change.Subject!.Value, inEffect, holding));
        }

        return holding;
    }

    // The height of the lowest grant that makes the author an administrator at its entry; the maximum if none does.
    private ulong Seniority(int entry, TunnelPeerId author, bool[] inEffect, bool[] holding)
    {
        var revocations = _revocationsOf.GetValueOrDefault(author, Nobody);
        var best = _before.AdministratorSince(author) is { } since && AllAfter(revocations, entry, inEffect) ? since : ulong.MaxValue;
        foreach (var grant in _grants.GetValueOrDefault(author, Nobody))
        {
            if (!holding[grant] || !_segment.IsBefore(grant, entry)) continue;
            if (AllSettled(revocations, grant, entry, inEffect)) best = Math.Min(best, _segment[grant].Entry.Height);
        }

        return best;
    }

    // No REMOVE of its subject is concurrent with an entry, and no ROLE member with one that grants rights.
    private bool IsUnopposed(int entry, bool[] inEffect)
    {
        if (_segment[entry].Entry.Change.Subject is not { } subject) return true;
        var isGrant = _segment[entry].Granted is not null;
        foreach (var r in _revocationsOf.GetValueOrDefault(subject, Nobody))
        {
            if (inEffect[r] && (isGrant || IsRemoval(r)) && _segment.AreConcurrent(r, entry)) return false;
        }

        return true;
    }

    private bool IsPresent(int entry, TunnelPeerId subject, bool[] inEffect, bool[] holding)
    {
        var removals = _revocationsOf.GetValueOrDefault(subject, Nobody).FindAll(IsRemoval);
        if (_before.IsMember(subject) && AllAfter(removals, entry, inEffect)) return true;
        return _admissions.GetValueOrDefault(subject, Nobody).Exists(a => holding[a] && _segment.IsBefore(a, entry) && AllSettled(removals, a, entry, inEffect));
    }

    private bool IsRemoval(int position) => _segment[position].Entry.Change is Entries.RosterChange.RemoveMember;

    // Whether all of these that are in effect came after the entry, or are the entry itself.
    private bool AllAfter(List<int> revocations, int entry, bool[] inEffect) =>
        revocations.TrueForAll(r => !inEffect[r] || r == entry || _segment.IsBefore(entry, r));

    // Whether all of these that are in effect came before what gave the right, or after the entry that uses it.
    private bool AllSettled(List<int> revocations, int given, int entry, bool[] inEffect) =>
        revocations.TrueForAll(r => !inEffect[r] || r == entry || _segment.IsBefore(r, given) || _segment.IsBefore(entry, r));
}
