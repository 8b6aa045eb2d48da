using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Machines;

/// <summary>Firewalls and NATs.</summary>
public sealed class RulesetTests
{
    private const string Masquerade = """
        table ip nat {
            chain postrouting {
                type nat hook postrouting priority srcnat
                oifname "eth0" masquerade
            }
        }
        """;

    [Fact]
    public async Task A_router_with_a_ruleset_translates_addresses()
    {
        await using var lab = await TestLab.StartAsync(Routed.Topology.WithRuleset("router1", Masquerade), "ping", "nft");
        var capture = await lab.Host("relay").CaptureAsync();
        foreach (var host in new[] { "alice", "bob" }) (await lab.Host(host).RunAsync("ping", "-4", "-c", "1", "-w", $"{TestLab.Patience.TotalSeconds}", "relay")).Succeeded();
        var traffic = await capture.StopAsync();
        // alice comes from her router's address, bob, whose router translates nothing, from his own.
        Assert.True(traffic.Contains(lab.Host("router1").Address.GetAddressBytes()));
        Assert.False(traffic.Contains(lab.Host("alice").Address.GetAddressBytes()));
        Assert.True(traffic.Contains(lab.Host("bob").Address.GetAddressBytes()));
    }

    [Fact]
    public async Task A_ruleset_that_is_refused_ends_the_lab_with_what_nft_says()
    {
        if (!Setup.LabTools.Has("nft")) Requirement.Missing("the program 'nft'");
        var failure = await Assert.ThrowsAsync<LabException>(() => TestLab.StartAsync(ThreeMachines.Topology.WithRuleset("alice", "nonsense")));
        Assert.Contains("The machine 'alice' could not be set up", failure.Message);
        Assert.Contains("syntax error", failure.Message);
    }
}
