using System.Net;
using Causeway.Tunnel.Daemon.Control;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>Changes of the roster, between machines.</summary>
public sealed class RosterTests
{
    [Fact]
    public async Task A_removed_member_is_out_at_once_and_for_good()
    {
        await using var lab = await TunnelLab.StartMembersAsync();
        var (bob, carol) = (await lab.Bob.Ipv4Async(), await lab.Carol.Ipv4Async());
        await lab.Carol.PingAsync(bob);
        (await lab.Alice.RunAsync("remove", "carol")).Succeeded();

        await lab.Carol.UntilStatusAsync(s => s is { State: TunnelState.Removed, Problem: not null }, "carol is told");
        foreach (var member in new[] { lab.Alice, lab.Bob }) await member.UntilPeersAsync(p => p.All(m => m.Name != "carol"), "carol is off the roster");
        foreach (var (from, to) in new[] { (lab.Carol, bob), (lab.Bob, carol), (lab.Alice, carol) })
            Assert.NotEqual(0, (await from.Host.RunAsync("ping", "-c", "2", "-i", "0.2", "-W", "1", $"{to}")).ExitCode);
        await lab.Alice.PingAsync(bob);

        // Whatever she does, she stays out; and is told so.
        await lab.Carol.KillAsync();
        var up = await lab.Carol.RunAsync("up", "--foreground");
        Assert.NotEqual(0, up.ExitCode);
        Assert.Contains("not a member of 'office' any more", up.Error);
        Assert.False(await lab.Carol.HasDeviceAsync());
        Assert.DoesNotContain(await lab.Bob.PeersAsync(), p => p.Name == "carol");
    }

    [Fact]
    public async Task Names_addresses_roles_and_relays_reach_all_members()
    {
        await using var lab = await TunnelLab.StartMembersAsync();
        (await lab.Alice.RunAsync("rename", "bob", "printer")).Succeeded();
        (await lab.Alice.RunAsync("address", "printer", "10.10.10.77")).Succeeded();
        (await lab.Alice.RunAsync("role", "carol", "admin")).Succeeded();
        await lab.Carol.UntilPeersAsync(p => p.Any(m => m is { Name: "printer", Ipv4: "10.10.10.77" }), "carol knows the printer");
        await lab.Bob.UntilStatusAsync(s => s is { Name: "printer", Ipv4: "10.10.10.77/24" }, "the printer knows itself");
        // The roster is there a moment before the device has the address.
        await lab.Carol.ReachAsync(IPAddress.Parse("10.10.10.77"));
        // She is an administrator now, and may do the same.
        await lab.Carol.UntilStatusAsync(s => s.Role == "administrator", "carol is an administrator");
        (await lab.Carol.RunAsync("rename", "printer", "bob")).Succeeded();
        await lab.Bob.UntilStatusAsync(s => s.Name == "bob", "bob has his name back");
        var refused = await lab.Bob.RunAsync("rename", "carol", "dave");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("administrator", refused.Error);
    }

    [Theory]
    [InlineData("remove bob", "rename bob printer", true)]
    [InlineData("address bob 10.10.10.50; rename bob printer; rename alice king", "address carol 10.10.10.50; rename bob scanner; rename carol king", false)]
    public async Task Two_administrators_that_are_cut_off_from_each_other_agree_in_the_end(string first, string second, bool isRemoved)
    {
        await using var lab = await TunnelLab.StartMembersAsync(how: new TunnelLab.Members { Role = "admin" });
        var members = new[] { lab.Alice, lab.Bob, lab.Carol };
        var entries = (await lab.Alice.StatusAsync()).RosterEntries + first.Split(';').Length + second.Split(';').Length;
        await lab.Lab.Link("carol").SetUpAsync(false);
        foreach (var change in first.Split("; ")) (await lab.Alice.RunAsync(change.Split(' '))).Succeeded();
        foreach (var change in second.Split("; ")) (await lab.Carol.RunAsync(change.Split(' '))).Succeeded();
        await lab.Lab.Link("carol").SetUpAsync(true);

        var rest = isRemoved ? members.Where(m => m != lab.Bob).ToArray() : members;
        await lab.Alice.UntilStatusAsync(s => s.RosterEntries >= entries, "alice has carol's change, too");
        // Whoever lost an address gets another one by itself; a name has to be given by somebody.
        foreach (var member in rest) await member.UntilPeersAsync(p => p.Count == rest.Length - 1 && p.All(m => m.Ipv4 is not null), "everybody has an address");
        var digest = "";
        foreach (var member in rest.Append(rest[0]).Append(rest[1])) digest = (await member.UntilStatusAsync(s => s.Ipv4 is not null && (digest.Length == 0 || s.RosterDigest == digest), "all have the same roster")).RosterDigest!;

        var rosters = new List<string>();
        foreach (var member in rest) rosters.Add(await RosterOfAsync(member));
        Assert.Single(rosters.Distinct());
        Assert.Equal(isRemoved ? 2 : 3, rosters[0].Split('\n').Length);
        // The addresses are what the machines have, and lead there.
        await rest[^1].ReachAsync(await rest[0].Ipv4Async());
        await rest[0].ReachAsync(await rest[^1].Ipv4Async());
    }

    // The whole roster as one machine sees it: the others and itself, by peer ID.
    private static async Task<string> RosterOfAsync(TunnelMachine machine)
    {
        var self = await machine.StatusAsync();
        var all = (await machine.PeersAsync()).Select(p => (p.PeerId, p.Name, p.Ipv4, p.Role)).Append((self.PeerId, self.Name ?? "", self.Ipv4?.Split('/')[0], self.Role ?? ""));
        return string.Join('\n', all.OrderBy(m => m.PeerId, StringComparer.Ordinal));
    }
}
