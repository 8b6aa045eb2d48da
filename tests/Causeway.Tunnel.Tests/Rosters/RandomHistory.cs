using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

/// <summary>Histories that several administrators write, each knowing only a part: partitions, removals of each other, equivocation, unauthorised entries.</summary>
internal sealed class RandomHistory
{
    private readonly Random _random;
    private readonly HashSet<RosterEntryId>[] _views;

    public RandomHistory(int seed, int steps, int peers = 7, bool creatorIsSafe = false)
    {
        _random = new Random(seed);
        Peers = [.. Enumerable.Range(0, peers).Select(i => TestPeer.Create(i, seed))];
        History = new History(Peers[0]);
        _views = [.. Peers.Select(_ => new HashSet<RosterEntryId> { History.Creation.Id })];

        // Some administrators to begin with, so that there is something to contest.
        RosterEntry last = History.Creation;
        for (var i = 1; i <= _random.Next(1, 4); i++) last = History.Write(Peers[0], History.Add(Peers[i], RosterRole.Administrator, i), last);
        foreach (var view in _views) view.UnionWith(History.Closure([last.Id]));
        for (var step = 0; step < steps; step++) Step(creatorIsSafe);
    }

    public TestPeer[] Peers { get; }

    public History History { get; }

    public string NameOf(Causeway.Tunnel.Protocol.Identity.TunnelPeerId id) => Array.Find(Peers, p => p.Id == id)?.Name ?? "?";

    private void Step(bool creatorIsSafe)
    {
        var who = _random.Next(Peers.Length);
        var view = _views[who];
        if (_random.Next(3) == 0)
        {
            // Hears from another one, of everything or of a part.
            var other = _views[_random.Next(_views.Length)];
            view.UnionWith(_random.Next(2) == 0 ? other : History.Closure([other.ElementAt(_random.Next(other.Count))]));
            return;
        }

        var subject = Peers[_random.Next(Peers.Length)];
        RosterChange change = _random.Next(10) switch
        {
            0 or 1 => History.Add(subject, (RosterRole)_random.Next(2), _random.Next(1, 6)),
            2 or 3 or 4 => History.Remove(subject),
            5 => History.Promote(subject),
            6 => History.Demote(subject),
            7 => History.Rename(subject, $"n{_random.Next(4)}"),
            8 => History.Readdress(subject, _random.Next(1, 6)),
            _ => new RosterChange.SetRelays([$"wss://r{_random.Next(5)}.example/"]),
        };
        if (creatorIsSafe && subject == Peers[0] && change.Operation is RosterOperation.Remove or RosterOperation.Role) return;

        // Now and then somebody leaves out what it knows: two entries of one author beside each other.
        var known = _random.Next(6) == 0 ? History.Closure([view.ElementAt(_random.Next(view.Count))]) : view;

        // Authors are known by an entry that took them in; nobody else can write at all.
        var author = Peers[who];
        if (!known.Any(id => History[id].Change is RosterChange.CreateNetwork or RosterChange.AddMember && History[id].Change.Subject == author.Id)) return;
        view.Add(History.Write(author, change, History.Heads(known)).Id);
    }
}
