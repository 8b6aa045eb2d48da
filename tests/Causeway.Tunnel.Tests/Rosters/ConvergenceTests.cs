using Causeway.Testing;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

/// <summary>The meaning of a set of entries, against random histories.</summary>
public sealed class ConvergenceTests
{
    [Fact]
    public void The_evaluation_is_the_specified_one()
    {
        for (var seed = 0; seed < Soak.Count(400, 20_000); seed++)
        {
            var random = new RandomHistory(seed, 10 + (seed % 40));
            var expected = new SpecifiedRoster(random.History.Entries);
            var log = random.History.Log();
            foreach (var entry in random.History.Entries) Assert.True(expected.Holding.Contains(entry) == log.Holds(entry.Id), $"seed {seed}: {entry.Change} by {random.NameOf(entry.Author)}");
            Assert.Equal(expected.Members.Keys.Order(), log.Current.Members.Select(m => m.PeerId));
            foreach (var member in log.Current.Members) Assert.Equal(expected.Members[member.PeerId].Since, member.AdministratorSince);
        }
    }

    [Fact]
    public void The_order_of_arrival_does_not_matter()
    {
        for (var seed = 0; seed < Soak.Count(200, 10_000); seed++)
        {
            var random = new RandomHistory(seed, 40);
            var expected = random.History.Roster();
            var order = new Random(seed);
            for (var replica = 0; replica < 4; replica++)
            {
                var log = new RosterLog(random.History.Creation.Id, verifier: TestPeer.Verifier);
                var waiting = random.History.Entries.Concat(random.History.Entries.Where(_ => order.Next(4) == 0)).ToList();
                while (waiting.Count > 0)
                {
                    var at = order.Next(waiting.Count);
                    var result = log.Add(waiting[at]);
                    if (result == RosterAddResult.ParentsMissing) continue;
                    Assert.True(result is RosterAddResult.Added or RosterAddResult.Known);
                    waiting.RemoveAt(at);
                    if (order.Next(10) == 0) _ = log.Current;
                }

                Assert.Equal(History.Describe(expected), History.Describe(log.Current));
                Assert.Equal(expected.Digest.ToArray(), log.Current.Digest.ToArray());
                Assert.Equal(expected.Heads, log.Current.Heads);
            }
        }
    }

    [Fact]
    public void A_removal_in_effect_beats_every_concurrent_change_by_or_about_the_removed()
    {
        var contested = 0;
        for (var seed = 0; seed < Soak.Count(400, 20_000); seed++)
        {
            var random = new RandomHistory(seed, 40);
            var specified = new SpecifiedRoster(random.History.Entries);
            var log = random.History.Log();
            foreach (var removal in specified.InEffect.Where(r => r.Change is RosterChange.RemoveMember))
            {
                Assert.True(log.Holds(removal.Id));
                var removed = removal.Change.Subject!.Value;
                foreach (var entry in random.History.Entries.Where(e => specified.Concurrent(e, removal)))
                {
                    var isAbout = entry.Change.Subject == removed && entry.Change is not RosterChange.RemoveMember && !SpecifiedRoster.IsRevocation(entry);
                    if (entry.Author != removed && !isAbout) continue;
                    contested++;
                    Assert.False(log.Holds(entry.Id), $"seed {seed}: {entry.Change} by {random.NameOf(entry.Author)} beside {removal.Change} by {random.NameOf(removal.Author)}");
                }

                // Back only by an ADD that knew of the removal.
                if (log.Current.Find(removed) is null) continue;
                Assert.Contains(random.History.Entries, e => e.Change is RosterChange.AddMember && e.Change.Subject == removed && log.Holds(e.Id) && specified.Before(removal, e));
            }
        }

        Assert.True(contested > 100, $"only {contested} contests: the histories are too tame");
    }

    [Fact]
    public void Names_and_addresses_are_unique_and_the_lower_peer_ID_keeps_them()
    {
        for (var seed = 0; seed < Soak.Count(200, 10_000); seed++)
        {
            var roster = new RandomHistory(seed, 40).History.Roster();
            Assert.Distinct(roster.Members.Select(m => m.Name));
            Assert.Distinct(roster.Members.Where(m => m.IPv4 is not null).Select(m => m.IPv4));
        }
    }

    [Fact]
    public void An_entry_that_knows_all_changes_its_subject_only()
    {
        for (var seed = 0; seed < Soak.Count(200, 10_000); seed++)
        {
            var random = new RandomHistory(seed, 30);
            var before = random.History.Roster();
            if (before.Administrators.FirstOrDefault() is not { } administrator) continue;
            var author = Array.Find(random.Peers, p => p.Id == administrator.PeerId)!;
            var heads = random.History.Heads([.. random.History.Entries.Select(e => e.Id)]);
            if (heads.Length > RosterLimits.Parents) continue;
            var subject = random.Peers[seed % random.Peers.Length];
            random.History.Write(author, seed % 3 == 0 ? History.Remove(subject) : seed % 3 == 1 ? History.Promote(subject) : History.Demote(subject), heads);
            var after = random.History.Roster();
            foreach (var peer in random.Peers.Where(p => p != subject))
            {
                var (old, now) = (before.Find(peer.Id), after.Find(peer.Id));
                Assert.Equal(old is null, now is null);
                Assert.Equal(old?.AdministratorSince, now?.AdministratorSince);
            }

            if (seed % 3 == 0) Assert.Null(after.Find(subject.Id));
        }
    }
}
