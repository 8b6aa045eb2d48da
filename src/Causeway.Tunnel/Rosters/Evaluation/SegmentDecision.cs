using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Rosters.Evaluation;

/// <summary>Which entries of a segment hold (tunnel protocol §5.2, steps 2 and 3): the heart of what administrators that did not know of each other amount to.</summary>
internal sealed class SegmentDecision
{
    private readonly RosterSegment _segment;
    private readonly List<SegmentPeer> _peers = [];
    private readonly SegmentPeer[] _authors;
    private readonly SegmentPeer?[] _subjects;
    private readonly bool[] _isRemoval;

    // Grants, admissions and revocations: what anything else can depend on.
    private readonly List<int> _basis = [];
    private readonly List<int> _revocations = [];
    private readonly bool[] _settled;
    private readonly bool[] _excluded;

    private SegmentDecision(RosterSegment segment, RosterState before)
    {
        _segment = segment;
        _settled = new bool[segment.Length];
        _excluded = new bool[segment.Length];
        _authors = new SegmentPeer[segment.Length];
        _subjects = new SegmentPeer?[segment.Length];
        _isRemoval = new bool[segment.Length];
        var peers = new Dictionary<TunnelPeerId, SegmentPeer>();
        SegmentPeer Of(TunnelPeerId id)
        {
            if (peers.TryGetValue(id, out var peer)) return peer;
            peers.Add(id, peer = new SegmentPeer(before.IsMember(id), before.AdministratorSince(id)));
            _peers.Add(peer);
            return peer;
        }

        for (var i = 0; i < segment.Length; i++)
        {
            var node = segment[i];
            _authors[i] = Of(node.Entry.Author);
            if (node.Entry.Change.Subject is { } subject) _subjects[i] = Of(subject);
            _isRemoval[i] = node.Entry.Change is Entries.RosterChange.RemoveMember;
            if (node.Granted is not null) _subjects[i]!.Grants.Add(i);
            if (node.Admits) _subjects[i]!.Admissions.Add(i);
            if (node.Revoked is not null) _revocations.Add(i);
            if (node.Granted is not null || node.Admits || node.Revoked is not null) _basis.Add(i);
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
                var holding = Holding(certain, Enumerable.Range(0, _segment.Length), out _);
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
        var certain = (bool[])_settled.Clone();
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
        var holding = Holding(assumed, _basis, out _);
        var result = new bool[_segment.Length];
        foreach (var r in _revocations) result[r] = _settled[r] || (holding[r] && !_excluded[r]);
        return result;
    }

    // What is open depends on itself in a circle. In each circle that depends on no other one, the most senior author's revocation is in effect,
    // and those that would undo it are not.
    private void Settle(List<int> open, bool[] certain)
    {
        _ = Holding(certain, _basis, out var seniority);
        var undoneBy = open.ConvertAll(_ => new List<int>());
        for (var k = 0; k < open.Count; k++)
        {
            certain[open[k]] = true;
            var holding = Holding(certain, _basis, out _);
            certain[open[k]] = false;
            for (var j = 0; j < open.Count; j++)
            {
                if (!holding[open[j]]) undoneBy[j].Add(k);
            }
        }

        foreach (var circle in Circles.WithoutOutsiders(undoneBy))
        {
            var first = circle.MinBy(k => (seniority[open[k]], _segment[open[k]].Entry.Author, _segment[open[k]].Entry.Height, _segment[open[k]].Entry.Id));
            _settled[open[first]] = true;
            foreach (var k in undoneBy[first]) _excluded[open[k]] = true;
        }
    }

    /// <summary>Which of some entries, ascending, hold if exactly the given revocations are in effect, and how senior their authors are.</summary>
    private bool[] Holding(bool[] inEffect, IEnumerable<int> entries, out ulong[] seniority)
    {
        foreach (var peer in _peers) peer.Clear();
        foreach (var r in _revocations)
        {
            if (inEffect[r]) _subjects[r]!.Revoke(r, _isRemoval[r]);
        }

        var holding = new bool[_segment.Length];
        seniority = new ulong[_segment.Length];
        foreach (var i in entries)
        {
            var node = _segment[i];
            seniority[i] = Seniority(i, holding);
            holding[i] = seniority[i] != ulong.MaxValue
                && (node.Revoked is not null || IsUnopposed(i, node.Granted is not null))
                && (!node.NeedsPresence || IsPresent(i, _subjects[i]!, holding));
        }

        return holding;
    }

    // The height of the lowest grant that makes the author an administrator at its entry; the maximum if none does.
    private ulong Seniority(int entry, bool[] holding)
    {
        var author = _authors[entry];
        var best = author.AdministratorSince is { } since && AllAfter(author.Revocations, entry) ? since : ulong.MaxValue;
        foreach (var grant in author.Grants)
        {
            if (!holding[grant] || !_segment.IsBefore(grant, entry) || _segment[grant].Entry.Height >= best) continue;
            if (AllSettled(author.Revocations, grant, entry)) best = _segment[grant].Entry.Height;
        }

        return best;
    }

    // No REMOVE of its subject is concurrent with an entry, and no ROLE member with one that grants rights.
    private bool IsUnopposed(int entry, bool isGrant)
    {
        if (_subjects[entry] is not { } subject) return true;
        foreach (var r in isGrant ? subject.Revocations : subject.Removals)
        {
            if (_segment.AreConcurrent(r, entry)) return false;
        }

        return true;
    }

    private bool IsPresent(int entry, SegmentPeer subject, bool[] holding)
    {
        if (subject.IsMember && AllAfter(subject.Removals, entry)) return true;
        foreach (var admission in subject.Admissions)
        {
            if (holding[admission] && _segment.IsBefore(admission, entry) && AllSettled(subject.Removals, admission, entry)) return true;
        }

        return false;
    }

    // Whether all of these came after the entry, or are the entry itself.
    private bool AllAfter(List<int> revocations, int entry)
    {
        foreach (var r in revocations)
        {
            if (r != entry && !_segment.IsBefore(entry, r)) return false;
        }

        return true;
    }

    // Whether all of these came before what gave the right, or after the entry that uses it.
    private bool AllSettled(List<int> revocations, int given, int entry)
    {
        foreach (var r in revocations)
        {
            if (r != entry && !_segment.IsBefore(r, given) && !_segment.IsBefore(entry, r)) return false;
        }

        return true;
    }
}
