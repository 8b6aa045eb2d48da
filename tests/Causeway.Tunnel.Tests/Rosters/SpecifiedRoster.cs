using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

/// <summary>§5.2 word for word, slowly, with sets: what the real evaluation is compared with.</summary>
internal sealed class SpecifiedRoster
{
    private readonly RosterEntry[] _ordered;
    private readonly Dictionary<RosterEntry, HashSet<RosterEntry>> _ancestors = [];

    public SpecifiedRoster(IEnumerable<RosterEntry> entries)
    {
        _ordered = [.. entries.OrderBy(e => e.Height).ThenBy(e => e.Id)];
        var byId = _ordered.ToDictionary(e => e.Id);
        foreach (var entry in _ordered)
        {
            var parents = entry.Header.Parents.Select(p => byId[p]).ToArray();
            _ancestors[entry] = [.. parents, .. parents.SelectMany(p => _ancestors[p])];
        }

        HashSet<RosterEntry> before = [];
        foreach (var run in Runs())
        {
            var decided = Decide(before, run);
            InEffect.UnionWith(decided);
            before.UnionWith(run);
        }

        Holding = [.. _ordered.Where(e => IsRevocation(e) ? InEffect.Contains(e) : Holds(e, InEffect))];
        Apply();
    }

    public HashSet<RosterEntry> InEffect { get; } = [];

    public HashSet<RosterEntry> Holding { get; }

    public Dictionary<TunnelPeerId, (string Name, ulong? Since)> Members { get; } = [];

    public bool Before(RosterEntry a, RosterEntry b) => _ancestors[b].Contains(a);

    public bool Concurrent(RosterEntry a, RosterEntry b) => a != b && !Before(a, b) && !Before(b, a);

    public static bool IsRevocation(RosterEntry e) => e.Change is RosterChange.RemoveMember or RosterChange.SetRole { Value: RosterRole.Member };

    private static bool IsRemoval(RosterEntry e) => e.Change is RosterChange.RemoveMember;

    private static bool Revokes(RosterEntry e, TunnelPeerId peer) => IsRevocation(e) && e.Change.Subject == peer;

    private static bool IsGrant(RosterEntry e) =>
        e.Change is RosterChange.CreateNetwork or RosterChange.AddMember { Role: RosterRole.Administrator } or RosterChange.SetRole { Value: RosterRole.Administrator };

    private IEnumerable<List<RosterEntry>> Runs()
    {
        List<RosterEntry> run = [];
        foreach (var entry in _ordered)
        {
            if (_ordered.All(o => o == entry || Before(o, entry) || Before(entry, o)))
            {
                if (run.Count > 0) yield return run;
                yield return [entry];
                run = [];
            }
            else
            {
                run.Add(entry);
            }
        }

        if (run.Count > 0) yield return run;
    }

    private HashSet<RosterEntry> Decide(HashSet<RosterEntry> before, List<RosterEntry> run)
    {
        var revocations = run.Where(IsRevocation).ToHashSet();
        HashSet<RosterEntry> settled = [], excluded = [];
        HashSet<RosterEntry> Effective(HashSet<RosterEntry> assumed)
        {
            HashSet<RosterEntry> all = [.. InEffect, .. assumed];
            return [.. revocations.Where(r => settled.Contains(r) || (!excluded.Contains(r) && Holds(r, all)))];
        }

        while (true)
        {
            HashSet<RosterEntry> certain = [.. settled];
            HashSet<RosterEntry> possible;
            while (true)
            {
                possible = Effective(certain);
                var next = Effective(possible);
                if (next.SetEquals(certain)) break;
                certain = next;
            }

            var open = possible.Except(certain).ToList();
            if (open.Count == 0) return certain;
            HashSet<RosterEntry> known = [.. InEffect, .. certain];
            bool Undoes(RosterEntry a, RosterEntry b) => !Holds(b, [.. known, a]);
            bool Reaches(RosterEntry a, RosterEntry b)
            {
                HashSet<RosterEntry> seen = [a];
                var queue = new Queue<RosterEntry>([a]);
                while (queue.TryDequeue(out var x))
                {
                    foreach (var y in open)
                    {
                        if (!Undoes(x, y)) continue;
                        if (y == b) return true;
                        if (seen.Add(y)) queue.Enqueue(y);
                    }
                }

                return false;
            }

            List<RosterEntry> first = [];
            foreach (var a in open)
            {
                var circle = open.Where(b => b == a || (Reaches(a, b) && Reaches(b, a))).ToHashSet();
                if (open.Any(o => !circle.Contains(o) && circle.Any(c => Undoes(o, c)))) continue;
                if (circle.MinBy(r => (Seniority(r, known), r.Author, r.Height, r.Id)) == a) first.Add(a);
            }

            foreach (var a in first)
            {
                settled.Add(a);
                excluded.UnionWith(open.Where(o => Undoes(o, a)));
            }
        }
    }

    private ulong Seniority(RosterEntry e, HashSet<RosterEntry> effect) => Grants(e, effect).Min(g => g.Height);

    private IEnumerable<RosterEntry> Grants(RosterEntry e, HashSet<RosterEntry> effect) => _ancestors[e].Where(g =>
        IsGrant(g) && g.Change.Subject == e.Author && Holds(g, effect) && effect.All(r => r == e || !Revokes(r, e.Author) || Before(r, g) || Before(e, r)));

    private bool Holds(RosterEntry e, HashSet<RosterEntry> effect)
    {
        if (e.Change is RosterChange.CreateNetwork) return true;
        if (!Grants(e, effect).Any()) return false;
        if (IsRevocation(e) || e.Change.Subject is not { } subject) return true;
        if (effect.Any(r => Revokes(r, subject) && (IsRemoval(r) || IsGrant(e)) && Concurrent(r, e))) return false;
        return e.Change is RosterChange.AddMember || _ancestors[e].Any(a =>
            a.Change is RosterChange.CreateNetwork or RosterChange.AddMember && a.Change.Subject == subject && Holds(a, effect)
            && effect.All(r => !IsRemoval(r) || !Revokes(r, subject) || Before(r, a) || Before(e, r)));
    }

    private void Apply()
    {
        foreach (var e in _ordered.Where(Holding.Contains))
        {
            var subject = e.Change.Subject.GetValueOrDefault();
            switch (e.Change)
            {
                case RosterChange.CreateNetwork create:
                    Members[subject] = (create.Name, 0);
                    break;
                case RosterChange.AddMember add:
                    var since = Members.TryGetValue(subject, out var old) ? old.Since : null;
                    Members[subject] = (add.Name, since ?? (add.Role == RosterRole.Administrator ? e.Height : null));
                    break;
                case RosterChange.RemoveMember:
                    Members.Remove(subject);
                    break;
                case RosterChange.SetName name when Members.TryGetValue(subject, out var m):
                    Members[subject] = (name.Text, m.Since);
                    break;
                case RosterChange.SetRole role when Members.TryGetValue(subject, out var m):
                    Members[subject] = (m.Name, role.Value == RosterRole.Member ? null : m.Since ?? e.Height);
                    break;
            }
        }
    }
}
