using System.Diagnostics;
using System.Net;
using Causeway.Cryptography.Hybrid;
using Causeway.Testing;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

public sealed class RosterAuthorTests(ITestOutputHelper output)
{
    private readonly TestPeer _a = TestPeer.Create(1);
    private readonly TestPeer _b = TestPeer.Create(2);
    private readonly TestPeer _x = TestPeer.Create(3);

    [Fact]
    public void A_network_is_made_and_changed()
    {
        var (log, author) = Network("10.10.10.0/24", "wss://relay.example/");
        Assert.Equal("home", log.Current.NetworkName);
        Assert.Equal("10.10.10.0/24", log.Current.Subnet.ToString());
        Assert.Equal(["wss://relay.example/"], log.Current.Relays);
        Assert.Equal(IPAddress.Parse("10.10.10.1"), log.Current.Find(_a.Id)!.IPv4);

        author.Add(_b.Key, "laptop");
        author.Add(_x.Key, "desk", IPAddress.Parse("10.10.10.99"), RosterRole.Administrator);
        Assert.Equal(IPAddress.Parse("10.10.10.2"), log.Current.Find("laptop")!.IPv4);
        Assert.Equal(RosterRole.Administrator, log.Current.Find("desk")!.Role);
        Assert.True(log.Current.Find(_a.Id)!.IsSeniorTo(log.Current.Find(_x.Id)!));
        author.Rename(_b.Id, "notebook");
        author.SetAddress(_b.Id, IPAddress.Parse("10.10.10.7"));
        author.SetRole(_x.Id, RosterRole.Member);
        author.SetRelays([]);
        Assert.Null(log.Current.Find("laptop"));
        Assert.Equal(IPAddress.Parse("10.10.10.7"), log.Current.Find("notebook")!.IPv4);
        Assert.Equal(RosterRole.Member, log.Current.Find(_x.Id)!.Role);
        Assert.Empty(log.Current.Relays);
        author.Remove(_b.Id);
        Assert.Null(log.Current.Find(_b.Id));
        Assert.Equal(2, log.Current.Members.Count);
        author.Add(_b.Key, "again");
        Assert.Equal("again", log.Current.Find(_b.Id)!.Name);
        Assert.Single(log.Current.Heads);
    }

    [Fact]
    public void What_cannot_be_is_refused_with_a_sentence()
    {
        var (log, author) = Network("10.10.10.0/30");
        author.Add(_b.Key, "laptop");
        Refused("is a member already", () => author.Add(_b.Key, "other"));
        Refused("The name 'laptop' is taken", () => author.Add(_x.Key, "laptop"));
        Refused("is full", () => author.Add(_x.Key, "desk"));
        Refused("is the address of laptop", () => author.Add(_x.Key, "desk", IPAddress.Parse("10.10.10.2")));
        Refused("is no address for a member", () => author.Add(_x.Key, "desk", IPAddress.Parse("10.10.10.3")));
        Refused("is no address for a member", () => author.SetAddress(_b.Id, IPAddress.Parse("fd00::1")));
        Refused("is no member", () => author.Remove(_x.Id));
        Refused("is no member", () => author.Rename(_x.Id, "desk"));
        Refused("is the last administrator", () => author.Remove(_a.Id));
        Refused("is the last administrator", () => author.SetRole(_a.Id, RosterRole.Member));
        Refused("is an ordinary member already", () => author.SetRole(_b.Id, RosterRole.Member));
        foreach (var name in new[] { "", "-a", "a-", "A", "a.b", "peer-12345678", new string('a', 64) }) Refused("is no name", () => author.Rename(_b.Id, name));
        Refused("is no relay's address", () => author.SetRelays(["https://relay.example/"]));
        Refused("at most 8 relays", () => author.SetRelays([.. Enumerable.Repeat("wss://relay.example/", 9)]));
        Refused("Only administrators", () => new RosterAuthor(log, _b, TimeProvider.System).Remove(_a.Id));
        Assert.Equal(2, log.Count);
    }

    [Fact]
    public void W23_What_is_not_signed_by_its_author_is_never_kept()
    {
        var (log, author) = Network("10.10.10.0/24");
        var entry = author.Add(_b.Key, "laptop");
        var other = new RosterLog(log.NetworkId, verifier: TestPeer.Verifier);
        Assert.Equal(RosterAddResult.ParentsMissing, other.Add(entry));
        Assert.Equal(RosterAddResult.Added, other.Add(log.Entries()[0]));

        var forged = RosterEntry.Create(entry.Header, entry.Change, _x);
        Assert.Equal(RosterAddResult.Invalid, other.Add(forged));
        var stranger = RosterEntry.Create(entry.Header with { Author = _x.Id }, entry.Change, _x);
        Assert.Equal(RosterAddResult.Invalid, other.Add(stranger));
        var high = RosterEntry.Create(entry.Header with { Height = 2 }, entry.Change, _a);
        Assert.Equal(RosterAddResult.Invalid, other.Add(high));
        var elsewhere = RosterEntry.Create(entry.Header with { Network = entry.Id }, entry.Change, _a);
        Assert.Equal(RosterAddResult.Invalid, other.Add(elsewhere));
        var create = RosterAuthor.CreateNetwork("home", log.Current.Subnet, "m", null, [], _x, TimeProvider.System);
        Assert.Equal(RosterAddResult.Invalid, other.Add(create));
        Assert.Equal(1, other.Count);
        Assert.Equal(RosterAddResult.Added, other.Add(entry));
        Assert.Equal(RosterAddResult.Known, other.Add(entry));
    }

    [Fact]
    public void W23_An_author_that_only_another_branch_took_in_is_unknown()
    {
        var history = new History(_a);
        var b = history.Write(_a, History.Add(_b, RosterRole.Administrator), history.Creation);
        var log = history.Log();
        var beside = RosterEntry.Create(new RosterEntryHeader(history.Creation.Id, _b.Id, 1, DateTimeOffset.UnixEpoch, [history.Creation.Id]), History.Add(_x), _b);
        Assert.Equal(RosterAddResult.Invalid, log.Add(beside));
        Assert.True(log.Holds(b.Id));
    }

    [Fact]
    public void With_real_signatures()
    {
        using var key = HybridSigningKey.Generate();
        using var other = HybridSigningKey.Generate();
        var signer = new HybridRosterSignatures(key);
        Assert.True(RosterSubnet.TryParse("10.10.10.0/24", out var subnet));
        var create = RosterAuthor.CreateNetwork("home", subnet, "first", null, [], signer, TimeProvider.System);
        var log = new RosterLog(create.Id);
        Assert.Equal(RosterAddResult.Added, log.Add(create));
        var added = new RosterAuthor(log, signer, TimeProvider.System).Add(new RosterKey(other.PublicKey.Bytes), "second");
        var changed = added.Bytes.ToArray();
        changed[^1] ^= 1;
        Assert.True(RosterEntry.TryDecode(changed, out var forged));
        var replica = new RosterLog(create.Id);
        replica.Add(create);
        Assert.Equal(RosterAddResult.Invalid, replica.Add(forged));
        Assert.Equal(RosterAddResult.Added, replica.Add(added));
        Assert.Equal(2, replica.Current.Members.Count);
    }

    [Fact]
    public void A_thousand_members_are_evaluated_from_the_beginning()
    {
        var history = new History(_a);
        var last = history.Creation;
        for (var i = 0; i < 1000; i++) last = history.Write(_a, History.Add(TestPeer.Create(10 + i), address: i + 2), last);
        for (var i = 0; i < 500; i++) last = history.Write(_a, i % 2 == 0 ? History.Rename(TestPeer.Create(10 + i), $"r{i}") : History.Remove(TestPeer.Create(10 + i)), last);
        history.Write(_a, History.Add(_b), history.Creation);
        foreach (var entries in new[] { history.Entries.Take(history.Entries.Count - 1), history.Entries })
        {
            var log = history.Log(entries);
            var watch = Stopwatch.StartNew();
            var members = log.Current.Members.Count;
            output.WriteLine($"{members} members from {log.Count} entries, {log.Current.Heads.Count} heads: {watch.Elapsed.TotalMilliseconds:F1} ms");
            Assert.Equal(log.Current.Heads.Count == 1 ? 751 : 752, members);
        }
    }

    [Fact]
    public void Addresses_follow_from_the_peer_and_the_network()
    {
        var (log, _) = Network("10.10.10.0/24");
        var member = log.Current.Find(_a.Id)!;
        var mac = member.Mac.ToString();
        Assert.StartsWith("02:", mac, StringComparison.Ordinal);
        Assert.Equal(0xfd, member.IPv6.GetAddressBytes()[0]);
        Assert.Equal(log.NetworkId.ToByteArray()[..5], member.IPv6.GetAddressBytes()[1..6]);
        Assert.Equal([0, 0], member.IPv6.GetAddressBytes()[6..8]);
        Assert.Equal(member, log.Current.Find(member.Mac));
    }

    private (RosterLog Log, RosterAuthor Author) Network(string subnet, params string[] relays)
    {
        Assert.True(RosterSubnet.TryParse(subnet, out var parsed));
        var create = RosterAuthor.CreateNetwork("home", parsed, "first", null, relays, _a, TimeProvider.System);
        var log = new RosterLog(create.Id, verifier: TestPeer.Verifier);
        Assert.Equal(RosterAddResult.Added, log.Add(create));
        return (log, new RosterAuthor(log, _a, new ManualTimeProvider()));
    }

    private static void Refused(string sentence, Action action) => Assert.Contains(sentence, Assert.Throws<RosterException>(action).Message, StringComparison.Ordinal);
}
