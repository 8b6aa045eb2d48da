using Causeway.Testing;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

/// <summary>A removed administrator still has its key, and can write entries as if it had not heard of its removal.</summary>
public sealed class RemovedAdministratorTests
{
    [Fact]
    public void W23_Back_dated_entries_of_one_whom_a_senior_removed_change_nothing()
    {
        var attacks = 0;
        for (var seed = 0; seed < Soak.Count(300, 20_000); seed++)
        {
            var random = new RandomHistory(seed, 30, creatorIsSafe: true);
            var history = random.History;
            var creator = random.Peers[0];
            var attacker = random.Peers[1];
            var heads = history.Heads([.. history.Entries.Select(e => e.Id)]);
            if (heads.Length > RosterLimits.Parents || history.Roster().Find(attacker.Id) is null) continue;
            var removal = history.Write(creator, History.Remove(attacker), heads);
            var expected = history.Roster();
            Assert.Null(expected.Find(attacker.Id));

            Attack(history, attacker, [.. random.Peers], seed);
            attacks++;
            var roster = history.Roster();
            Assert.True(History.Describe(expected) == History.Describe(roster), $"seed {seed}\n{History.Describe(expected, random.NameOf)}\n--\n{History.Describe(roster, random.NameOf)}");
            Assert.True(history.Log().Holds(removal.Id));
        }

        Assert.True(attacks > 50);
    }

    // Alone or with accomplices it adds, on any entries of the past, of its own, or of the time after.
    private static void Attack(History history, TestPeer attacker, TestPeer[] peers, int seed)
    {
        var random = new Random(seed);
        List<TestPeer> authors = [attacker];
        for (var i = 0; i < 15; i++)
        {
            var parents = Enumerable.Range(0, random.Next(1, 3)).Select(_ => history.Entries.ElementAt(random.Next(history.Entries.Count)))
                .Concat(random.Next(2) == 0 ? [history.Entries.Last()] : []).ToArray();
            var known = history.Closure(parents.Select(p => p.Id));
            var author = authors[random.Next(authors.Count)];
            if (!known.Any(id => history[id].Change is RosterChange.AddMember && history[id].Change.Subject == author.Id)) continue;
            var subject = peers[random.Next(peers.Length)];
            var accomplice = TestPeer.Create(100 + i, seed);
            var change = random.Next(8) switch
            {
                0 or 1 => History.Add(accomplice, RosterRole.Administrator, random.Next(1, 6)),
                2 or 3 => History.Remove(subject),
                4 => History.Promote(random.Next(2) == 0 ? attacker : subject),
                5 => History.Demote(subject),
                6 => History.Add(attacker, RosterRole.Administrator),
                _ => History.Readdress(subject, random.Next(1, 6)),
            };
            if (change.Subject == accomplice.Id) authors.Add(accomplice);
            history.Write(author, change, history.Heads(known));
        }
    }
}
