using System.Net;
using Causeway.Tunnel.Protocol.Identity;
using Causeway.Tunnel.Rosters;
using Causeway.Tunnel.Rosters.Entries;

namespace Causeway.Tunnel.Tests.Rosters;

/// <summary>Administrators who do not know of each other's changes: each case by hand, with its outcome.</summary>
public sealed class ContestTests
{
    private readonly TestPeer _a = TestPeer.Create(1);
    private readonly TestPeer _b = TestPeer.Create(2);
    private readonly TestPeer _c = TestPeer.Create(3);
    private readonly TestPeer _x = TestPeer.Create(4);
    private readonly TestPeer _y = TestPeer.Create(5);
    private readonly History _history;
    private readonly RosterEntry _start;

    public ContestTests()
    {
        // a is the most senior, then b, then c; x is a member.
        _history = new History(_a);
        _start = _history.Creation;
        foreach (var peer in new[] { _b, _c }) _start = _history.Write(_a, History.Add(peer, RosterRole.Administrator), _start);
        _start = _history.Write(_a, History.Add(_x), _start);
    }

    [Fact]
    public void Of_two_that_remove_each_other_the_senior_stays()
    {
        _history.Write(_a, History.Remove(_b), _start);
        _history.Write(_b, History.Remove(_a), _start);
        Expect(_a, _c, _x);
    }

    [Fact]
    public void Of_two_that_demote_each_other_the_senior_stays_administrator()
    {
        _history.Write(_b, History.Demote(_c), _start);
        _history.Write(_c, History.Demote(_b), _start);
        Expect(_a, _b, _c, _x);
        Assert.Equal([_a.Id, _b.Id], Administrators());
    }

    [Fact]
    public void In_a_circle_of_three_the_most_senior_decides()
    {
        // a removes b, b removes c, c removes a: with b out, nothing removes c; c's removal of a would undo a's.
        _history.Write(_a, History.Remove(_b), _start);
        _history.Write(_b, History.Remove(_c), _start);
        _history.Write(_c, History.Remove(_a), _start);
        Expect(_a, _c, _x);
    }

    [Fact]
    public void In_a_chain_without_a_circle_seniority_plays_no_part()
    {
        // c removes b, b removes a: b's removal is undone, although b is senior to c.
        _history.Write(_c, History.Remove(_b), _start);
        _history.Write(_b, History.Remove(_a), _start);
        Expect(_a, _c, _x);
    }

    [Fact]
    public void A_removed_administrators_concurrent_additions_and_what_hangs_on_them_are_undone()
    {
        var added = _history.Write(_b, History.Add(_y, RosterRole.Administrator), _start);
        _history.Write(_y, History.Remove(_x), added);
        _history.Write(_a, History.Remove(_b), _start);
        Expect(_a, _c, _x);
    }

    [Fact]
    public void What_it_did_before_its_removal_stays()
    {
        var added = _history.Write(_b, History.Add(_y, RosterRole.Administrator), _start);
        _history.Write(_a, History.Remove(_b), added);
        Expect(_a, _c, _x, _y);
    }

    [Fact]
    public void A_demoted_administrator_cannot_back_date_either()
    {
        _history.Write(_a, History.Demote(_b), _start);
        _history.Write(_b, History.Add(_y), _start);
        Expect(_a, _b, _c, _x);
    }

    [Fact]
    public void A_removal_beats_a_concurrent_promotion_renaming_and_addition()
    {
        _history.Write(_a, History.Remove(_x), _start);
        _history.Write(_b, History.Promote(_x), _start);
        _history.Write(_c, History.Rename(_x, "still-here"), _start);
        _history.Write(_c, History.Add(_x), _start);
        Expect(_a, _b, _c);
    }

    [Fact]
    public void Only_an_addition_that_knows_of_every_removal_brings_back()
    {
        var one = _history.Write(_a, History.Remove(_x), _start);
        var other = _history.Write(_b, History.Remove(_x), _start);
        _history.Write(_c, History.Add(_x), one);
        Expect(_a, _b, _c);
        _history.Write(_c, History.Add(_x), one, other);
        Expect(_a, _b, _c, _x);
    }

    [Fact]
    public void Back_on_the_roster_old_rights_do_not_return()
    {
        var removed = _history.Write(_a, History.Remove(_b), _start);
        var back = _history.Write(_a, History.Add(_b), removed);
        _history.Write(_b, History.Remove(_x), back);
        Expect(_a, _b, _c, _x);
        Assert.Equal([_a.Id, _c.Id], Administrators());
    }

    [Fact]
    public void After_its_removal_an_administrator_has_no_rights_whatever_it_builds_upon()
    {
        var removed = _history.Write(_a, History.Remove(_b), _start);
        var later = _history.Write(_a, History.Rename(_x, "exes"), removed);
        _history.Write(_b, History.Add(_b, RosterRole.Administrator), later);
        _history.Write(_b, History.Add(_y), removed);
        Expect(_a, _c, _x);
    }

    [Fact]
    public void An_ordinary_member_changes_nothing()
    {
        var one = _history.Write(_x, History.Promote(_x), _start);
        _history.Write(_x, History.Remove(_a), one);
        _history.Write(_x, History.Rename(_x, "king"), _start);
        Expect(_a, _b, _c, _x);
        Assert.Equal("m4", _history.Roster().Find(_x.Id)!.Name);
    }

    [Fact]
    public void Accomplices_do_not_make_a_removed_administrators_word_count()
    {
        // b, about to be removed, has made y an administrator by an entry beside the removal; y turns on everybody.
        _history.Write(_a, History.Remove(_b), _start);
        var y = _history.Write(_b, History.Add(_y, RosterRole.Administrator), _start);
        _history.Write(_y, History.Remove(_a), y);
        _history.Write(_y, History.Remove(_c), y);
        _history.Write(_y, History.Demote(_c), y);
        Expect(_a, _c, _x);
        Assert.Equal([_a.Id, _c.Id], Administrators());
    }

    [Fact]
    public void Whose_removal_is_undone_goes_on_having_rights()
    {
        // The removal of b undoes its removal of c; so what c did meanwhile counts.
        _history.Write(_a, History.Remove(_b), _start);
        _history.Write(_b, History.Remove(_c), _start);
        _history.Write(_c, History.Remove(_x), _start);
        Expect(_a, _c);
    }

    [Fact]
    public void Two_entries_of_one_author_beside_each_other_are_concurrent_like_any_others()
    {
        var one = _history.Write(_b, History.Rename(_x, "one"), _start);
        var two = _history.Write(_b, History.Rename(_x, "two"), _start);
        Assert.Equal(one.Id.CompareTo(two.Id) > 0 ? "one" : "two", _history.Roster().Find(_x.Id)!.Name);
    }

    [Fact]
    public void The_lower_peer_ID_keeps_a_contested_name_and_address()
    {
        _history.Write(_b, History.Add(_y, address: 77, name: "same"), _start);
        var z = TestPeer.Create(6);
        _history.Write(_c, History.Add(z, address: 77, name: "same"), _start);
        var roster = _history.Roster();
        var (lower, higher) = _y.Id < z.Id ? (_y, z) : (z, _y);
        Assert.Equal(("same", History.Subnet.Host(77)), (roster.Find(lower.Id)!.Name, roster.Find(lower.Id)!.IPv4));
        Assert.Equal($"peer-{higher.Id.ToString()[4..12]}", roster.Find(higher.Id)!.Name);
        Assert.True(roster.Find(higher.Id)!.HasDefaultName);
        Assert.Null(roster.Find(higher.Id)!.IPv4);
    }

    [Fact]
    public void The_administrator_with_the_lowest_peer_ID_assigns_another_address()
    {
        _history.Write(_b, History.Add(_y, address: 77), _start);
        var z = TestPeer.Create(6);
        _history.Write(_c, History.Add(z, address: 77), _start);
        var log = _history.Log();
        var first = new[] { _a, _b, _c }.MinBy(p => p.Id)!;
        Assert.All(new[] { _a, _b, _c }.Where(p => p != first), p => Assert.Empty(new RosterAuthor(log, p, TimeProvider.System).Repair()));
        Assert.NotEmpty(new RosterAuthor(log, first, TimeProvider.System).Repair());
        Assert.All(log.Current.Members, m => Assert.NotNull(m.IPv4));
        Assert.Distinct(log.Current.Members.Select(m => m.IPv4));
        Assert.Empty(new RosterAuthor(log, first, TimeProvider.System).Repair());
    }

    [Fact]
    public void An_address_outside_of_the_subnet_is_none()
    {
        _history.Write(_a, new RosterChange.SetAddress(_x.Id, IPAddress.Parse("8.8.8.8")), _start);
        Assert.Null(_history.Roster().Find(_x.Id)!.IPv4);
    }

    private TunnelPeerId[] Administrators() => [.. new[] { _a, _b, _c, _x, _y }.Select(p => p.Id).Where(id => _history.Roster().Find(id)?.Role == RosterRole.Administrator)];

    private void Expect(params TestPeer[] members)
    {
        var names = _history.Roster().Members.Select(m => Array.Find([_a, _b, _c, _x, _y], p => p.Id == m.PeerId)?.Name).Order(StringComparer.Ordinal);
        Assert.Equal(members.Select(m => m.Name).Order(StringComparer.Ordinal), names);
    }
}
