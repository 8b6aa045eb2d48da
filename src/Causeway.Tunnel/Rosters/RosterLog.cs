using System.Diagnostics.CodeAnalysis;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters.Entries;
using Causeway.Tunnel.Rosters.Evaluation;

namespace Causeway.Tunnel.Rosters;

/// <summary>
/// The verified entries of one network, closed under parents (tunnel protocol §5). It only grows. Safe to use from several threads: signatures are
/// checked and rosters evaluated outside of its lock.
/// </summary>
public sealed class RosterLog
{
    private readonly Lock _lock = new();
    private readonly Lock _append = new();
    private readonly Dictionary<RosterEntryId, RosterNode> _nodes = [];
    private readonly Dictionary<TunnelPeerId, List<RosterNode>> _keys = [];
    private readonly List<RosterNode> _ordered = [];
    private readonly HashSet<RosterEntryId> _heads = [];
    private readonly IRosterVerifier _verifier;
    private readonly IRosterStore? _store;
    private Evaluated? _evaluated;

    /// <summary>An empty log of a network.</summary>
    /// <param name="network">The ID of its CREATE entry.</param>
    /// <param name="store">Where entries go before they count; null to keep them in memory only.</param>
    /// <param name="verifier">Who checks signatures; hybrid ones if it is null.</param>
    public RosterLog(RosterEntryId network, IRosterStore? store = null, IRosterVerifier? verifier = null)
    {
        NetworkId = network;
        _store = store;
        _verifier = verifier ?? HybridRosterSignatures.Verifier;
    }

    /// <summary>The network's ID.</summary>
    public RosterEntryId NetworkId { get; }

    /// <summary>The number of entries.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _ordered.Count;
        }
    }

    /// <summary>What the entries mean now. Evaluated when first asked for after a change.</summary>
    public Roster Current => Evaluate().Roster;

    /// <summary>Whether an entry is there.</summary>
    public bool Contains(RosterEntryId id)
    {
        lock (_lock) return _nodes.ContainsKey(id);
    }

    /// <summary>An entry by its ID.</summary>
    public bool TryGet(RosterEntryId id, [NotNullWhen(true)] out RosterEntry? entry)
    {
        lock (_lock) entry = _nodes.GetValueOrDefault(id)?.Entry;
        return entry is not null;
    }

    /// <summary>Verifies an entry and takes it in.</summary>
    public RosterAddResult Add(RosterEntry entry) => Add(entry, isTrusted: false);

    /// <summary>All entries, parents before children.</summary>
    public IReadOnlyList<RosterEntry> Entries()
    {
        lock (_lock) return [.. _ordered.Select(n => n.Entry)];
    }

    /// <summary>The wanted entries and all their ancestors, but those of the entries that the other side has; parents before children.</summary>
    public IReadOnlyList<RosterEntry> Missing(IEnumerable<RosterEntryId> wanted, IEnumerable<RosterEntryId> known)
    {
        lock (_lock)
        {
            var there = Closure(known);
            var missing = Closure(wanted);
            return [.. _ordered.Where((_, slot) => missing[slot] && !there[slot]).Order().Select(n => n.Entry)];
        }
    }

    /// <summary>Whether an entry that is there holds: its author had the right to write it, and nobody's removal undoes it.</summary>
    public bool Holds(RosterEntryId id)
    {
        var evaluated = Evaluate();
        lock (_lock) return _nodes.TryGetValue(id, out var node) && node.Slot < evaluated.Holding.Length && evaluated.Holding[node.Slot];
    }

    /// <summary>At most 16 heads for a new entry to build upon: those that hold first, then the highest; and the height of that entry.</summary>
    internal (IReadOnlyList<RosterEntryId> Parents, ulong Height, Roster Roster) Tip()
    {
        var evaluated = Evaluate();
        var heads = evaluated.Heads
            .OrderByDescending(h => evaluated.Holding[h.Slot]).ThenByDescending(h => h.Entry.Height).ThenBy(h => h.Entry.Id)
            .Take(RosterLimits.Parents).ToArray();
        return ([.. heads.Select(h => h.Entry.Id).Order()], heads.Max(h => h.Entry.Height) + 1, evaluated.Roster);
    }

    /// <summary>As <see cref="Add(RosterEntry)"/>; a trusted entry was verified before it was stored, and is not again.</summary>
    internal RosterAddResult Add(RosterEntry entry, bool isTrusted)
    {
        RosterKey? key;
        lock (_lock)
        {
            var result = Check(entry, out _, out key);
            if (result != RosterAddResult.Added) return result;
        }

        // A millisecond of lattice arithmetic, without the lock.
        if (!isTrusted && !_verifier.Verify(key!, entry.Unsigned.Span, entry.Signature.Span)) return RosterAddResult.Invalid;
        lock (_append)
        {
            RosterNode[]? parents;
            lock (_lock)
            {
                var result = Check(entry, out parents, out _);
                if (result != RosterAddResult.Added) return result;
            }

            // First on the disk, then in effect. Nobody else can add the same entry meanwhile.
            if (!isTrusted) _store?.Append([entry]);
            lock (_lock) Insert(entry, parents!);
            return RosterAddResult.Added;
        }
    }

    private RosterAddResult Check(RosterEntry entry, out RosterNode[]? parents, out RosterKey? key)
    {
        (parents, key) = (null, null);
        if (_nodes.ContainsKey(entry.Id)) return RosterAddResult.Known;
        if (entry.Change is RosterChange.CreateNetwork create)
        {
            (parents, key) = ([], create.Key);
            return entry.Id == NetworkId ? RosterAddResult.Added : RosterAddResult.Invalid;
        }

        if (entry.Header.Network != NetworkId) return RosterAddResult.Invalid;
        parents = [.. entry.Header.Parents.Select(p => _nodes.GetValueOrDefault(p)!)];
        if (parents.Any(p => p is null)) return RosterAddResult.ParentsMissing;
        if (entry.Height != parents.Max(p => p.Entry.Height) + 1) return RosterAddResult.Invalid;
        key = KeyAmongAncestors(entry.Author, parents);
        if (key is null) return RosterAddResult.Invalid;
        return _ordered.Count >= RosterLimits.Entries ? RosterAddResult.Full : RosterAddResult.Added;
    }

    private void Insert(RosterEntry entry, RosterNode[] parents)
    {
        var node = new RosterNode(entry, parents, _ordered.Count);
        _nodes.Add(entry.Id, node);
        _ordered.Add(node);
        foreach (var parent in entry.Header.Parents) _heads.Remove(parent);
        _heads.Add(entry.Id);
        if (node.Admits)
        {
            var peer = entry.Change.Subject!.Value;
            if (!_keys.TryGetValue(peer, out var list)) _keys.Add(peer, list = []);
            list.Add(node);
        }

        _evaluated = null;
    }

    // An author is known by an ADD or CREATE among the ancestors: so whether an entry is valid depends on nothing that could arrive later. An earlier
    // entry by the same author among the ancestors shows it too, which keeps the walk short.
    private RosterKey? KeyAmongAncestors(TunnelPeerId author, RosterNode[] parents)
    {
        if (!_keys.TryGetValue(author, out var carriers)) return null;
        var carrier = carriers[0].Entry.Change switch
        {
            RosterChange.CreateNetwork create => create.Key,
            RosterChange.AddMember add => add.Key,
            _ => null,
        };
        if (carriers[0].Entry.Height == 0) return carrier;
        var lowest = carriers.Min(c => c.Entry.Height);
        var seen = new HashSet<int>();
        var open = new Stack<RosterNode>(parents);
        while (open.TryPop(out var node))
        {
            if (node.Entry.Height < lowest || !seen.Add(node.Slot)) continue;
            if (node.Entry.Author == author || carriers.Contains(node)) return carrier;
            foreach (var parent in node.Parents) open.Push(parent);
        }

        return null;
    }

    private bool[] Closure(IEnumerable<RosterEntryId> ids)
    {
        var isIn = new bool[_ordered.Count];
        foreach (var id in ids)
        {
            if (_nodes.TryGetValue(id, out var node)) isIn[node.Slot] = true;
        }

        // Parents have lower slots.
        for (var slot = isIn.Length - 1; slot >= 0; slot--)
        {
            if (!isIn[slot]) continue;
            foreach (var parent in _ordered[slot].Parents) isIn[parent.Slot] = true;
        }

        return isIn;
    }

    private Evaluated Evaluate()
    {
        RosterNode[] nodes;
        RosterNode[] heads;
        lock (_lock)
        {
            if (_evaluated is { } known) return known;
            nodes = [.. _ordered];
            heads = [.. _heads.Order().Select(h => _nodes[h])];
        }

        var state = RosterEvaluator.Evaluate(nodes, out var holding);
        var evaluated = new Evaluated(Roster.Build(NetworkId, state, [.. heads.Select(h => h.Entry.Id)], nodes.Length), heads, holding);
        lock (_lock)
        {
            if (_ordered.Count == nodes.Length) _evaluated = evaluated;
        }

        return evaluated;
    }

    private sealed record Evaluated(Roster Roster, RosterNode[] Heads, bool[] Holding);
}
