using Causeway.Lab.Processes;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Machines;

/// <summary>Machines and their processes.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task Machines_on_a_switch_reach_each_other_by_name_and_by_both_address_families()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology, "ping");
        foreach (var to in new[] { "bob", "carol", lab.Host("relay").Address.ToString(), lab.Host("bob").AddressV6.ToString() })
        {
            var ping = await lab.Host("alice").RunAsync("ping", "-c", "1", "-w", $"{TestLab.Patience.TotalSeconds}", to);
            Assert.True(ping.ExitCode == 0, $"{to}: {ping.Output}{ping.Error}");
        }
    }

    [Fact]
    public async Task Machines_behind_routers_reach_each_other_through_them()
    {
        await using var lab = await TestLab.StartAsync(Routed.Topology, "ping");
        foreach (var to in new[] { lab.Host("carol").Address, lab.Host("relay").Address, lab.Host("bob").AddressV6 })
        {
            // Two routers on the way to another member, one to the relay, each taking one off 64.
            var ping = await lab.Host("alice").RunAsync("ping", "-c", "1", "-w", $"{TestLab.Patience.TotalSeconds}", to.ToString());
            Assert.True(ping.ExitCode == 0, $"{to}: {ping.Output}{ping.Error}");
            Assert.Contains(to.Equals(lab.Host("relay").Address) ? "ttl=63" : "ttl=62", ping.Output);
        }
    }

    [Fact]
    public async Task A_machine_has_its_own_name_network_home_and_process_list()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology);
        var alice = lab.Host("alice");
        Assert.Equal("alice\n", (await alice.RunAsync("hostname")).Succeeded().Output);
        Assert.Contains("10.77.0.11/24", (await alice.RunAsync("ip", "-4", "address", "show", "dev", "eth0")).Succeeded().Output);
        await alice.RunAsync("sh", "-c", "echo mine > ~/note");
        Assert.Equal("mine\n", File.ReadAllText(alice.Outside("/run/home/note")));
        Assert.NotEqual(0, (await lab.Host("bob").RunAsync("cat", "/run/home/note")).ExitCode);
    }

    [Fact]
    public async Task What_a_program_reads_writes_and_returns_is_reported()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology);
        var options = new ProcessOptions { Input = "one\ntwo\n", Environment = new Dictionary<string, string> { ["COLOUR"] = "blue" }, WorkingDirectory = "/" };
        var result = await lab.Host("alice").RunAsync(options, "sh", "-c", "cat; echo $COLOUR; pwd; echo 'to whom it may concern' >&2; exit 3");
        Assert.Equal(new RunResult(3, "one\ntwo\nblue\n/\n", "to whom it may concern\n"), result);
        Assert.Contains("to whom it may concern", Assert.Throws<LabException>(result.Succeeded).Message);
        Assert.InRange((await lab.Host("alice").RunAsync("there-is-no-such-program")).ExitCode, 126, 127);
    }
}
