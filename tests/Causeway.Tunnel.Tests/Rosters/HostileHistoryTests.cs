using System.Diagnostics;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

/// <summary>What it costs to decide histories that somebody made to be dear.</summary>
public sealed class HostileHistoryTests(ITestOutputHelper output)
{
    [Fact]
    public void A_removed_administrator_that_removes_its_remover_again_and_again()
    {
        var a = TestPeer.Create(1);
        var c = TestPeer.Create(2);
        var history = new History(a);
        var start = history.Write(a, History.Add(c, RosterRole.Administrator), history.Creation);
        var last = start;
        for (var i = 0; i < 300; i++) last = history.Write(a, History.Add(TestPeer.Create(10 + i)), last);
        last = history.Write(a, History.Remove(c), last);
        for (var i = 0; i < 300; i++) last = history.Write(a, History.Rename(TestPeer.Create(10 + i), $"r{i}"), last);
        var chain = start;
        for (var i = 0; i < 250; i++)
        {
            chain = history.Write(c, History.Remove(a), chain);
            history.Write(c, i % 2 == 0 ? History.Remove(a) : History.Demote(a), i % 3 == 0 ? start : chain);
        }

        var log = history.Log();
        var watch = Stopwatch.StartNew();
        var roster = log.Current;
        output.WriteLine($"{log.Count} entries, {roster.Heads.Count} heads: {watch.Elapsed.TotalMilliseconds:F0} ms");
        Assert.Equal(301, roster.Members.Count);
        Assert.Null(roster.Find(c.Id));
        Assert.Equal("r299", roster.Find(TestPeer.Create(309).Id)!.Name);
    }

    [Fact]
    public void Two_hundred_administrators_that_remove_each_other_all_at_once()
    {
        var a = TestPeer.Create(0);
        var history = new History(a);
        var peers = Enumerable.Range(1, 200).Select(i => TestPeer.Create(i)).ToArray();
        var start = history.Creation;
        foreach (var peer in peers) start = history.Write(a, History.Add(peer, RosterRole.Administrator), start);
        for (var i = 0; i < peers.Length; i++) history.Write(peers[i], History.Remove(peers[(i + 1) % peers.Length]), start);
        var log = history.Log();
        var watch = Stopwatch.StartNew();
        var members = log.Current.Members.Count;
        output.WriteLine($"{log.Count} entries, {log.Current.Heads.Count} heads: {watch.Elapsed.TotalMilliseconds:F0} ms");

        // One circle; the most senior is first, and then every second one is out.
        Assert.Equal(101, members);
        Assert.NotNull(log.Current.Find(peers[0].Id));
    }
}
