using System.Globalization;
using System.Text.RegularExpressions;
using Causeway.Lab.Links;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Links;

/// <summary>Links of a running lab.</summary>
public sealed partial class LinkTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pulled_cable_is_seen_by_the_machine_and_carries_nothing(bool emulated)
    {
        var topology = emulated ? ThreeMachines.Topology.WithLinks("alice", LinkConditions.None) : ThreeMachines.Topology;
        await using var lab = await TestLab.StartAsync(topology, "ping");
        var alice = lab.Host("alice");
        var link = alice.Link();
        Assert.Equal(("alice/eth0", emulated), (link.Name, link.IsEmulated));
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("1\n", (await alice.RunAsync("cat", "/sys/class/net/eth0/carrier")).Output);
            await PingAsync(lab, "bob", 1);
            await link.SetUpAsync(false);
            Assert.Equal("0\n", (await alice.RunAsync("cat", "/sys/class/net/eth0/carrier")).Output);
            Assert.NotEqual(0, (await lab.Host("bob").RunAsync("ping", "-c", "1", "-W", "1", alice.Address.ToString())).ExitCode);
            await link.SetUpAsync(true);
        }
    }

    [Fact]
    public async Task An_emulated_link_delays_both_directions_and_can_be_changed_while_it_runs()
    {
        var topology = ThreeMachines.Topology.WithLinks("alice", new LinkConditions { Delay = TimeSpan.FromMilliseconds(10) });
        await using var lab = await TestLab.StartAsync(topology, "ping");
        Assert.All(await PingAsync(lab, "bob", 3), time => Assert.True(time >= 20));
        await lab.Link("alice").SetConditionsAsync(new LinkConditions { Delay = TimeSpan.FromMilliseconds(40) });
        Assert.All(await PingAsync(lab, "bob", 2), time => Assert.True(time >= 80));
    }

    [Fact]
    public async Task Tcp_gets_through_lossy_links_intact()
    {
        var topology = ThreeMachines.Topology.WithLinks(new LinkConditions { Delay = TimeSpan.FromMilliseconds(1), Loss = 0.01, Seed = 5 });
        await using var lab = await TestLab.StartAsync(topology, "socat");
        var alice = lab.Host("alice");
        var bob = lab.Host("bob");
        await using var server = await bob.StartAsync("socat", "-d", "-d", "-u", "TCP4-LISTEN:4000", "CREATE:/run/home/received");
        await server.WaitForLineAsync("listening on", TestLab.Patience);
        (await alice.RunAsync("sh", "-c", "head -c 2000000 /dev/urandom > /run/home/sent && socat -u FILE:/run/home/sent TCP4:bob:4000")).Succeeded();
        Assert.Equal(0, await server.ExitAsync(TestLab.Patience));
        Assert.Equal(await File.ReadAllBytesAsync(alice.Outside("/run/home/sent")), await File.ReadAllBytesAsync(bob.Outside("/run/home/received")));

        // 2 MB are at least 1300 frames; each took one draw, and those that the seeded sequence names are gone.
        var statistics = await alice.Link().StatisticsAsync();
        Assert.True(statistics.FromMachine.Carried > 1300);
        AssertLost(statistics.FromMachine, 5);
        AssertLost(statistics.ToMachine, 6);
        Assert.True(statistics.FromMachine.Lost > 0);

        static void AssertLost(DirectionStatistics direction, int seed)
        {
            var generator = new LossGenerator(seed);
            var expected = 0;
            for (var i = 0; i < direction.Carried + direction.Lost; i++) expected += generator.NextIsLost(0.01) ? 1 : 0;
            Assert.Equal(expected, direction.Lost);
        }
    }

    [Fact]
    public async Task What_a_plain_link_cannot_do_is_said()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology);
        Assert.Contains("plain link", (await Assert.ThrowsAsync<LabException>(() => lab.Link("alice").SetConditionsAsync(LinkConditions.None))).Message);
        Assert.Contains("no link 'alice/eth1'", Assert.Throws<LabException>(() => lab.Link("alice", "eth1")).Message);
        Assert.Contains("no machine 'dave'", Assert.Throws<LabException>(() => lab.Host("dave")).Message);
        await Assert.ThrowsAsync<LabException>(() => lab.Link("alice").SetConditionsAsync(new LinkConditions { Loss = 1.5 }));
    }

    private static async Task<List<double>> PingAsync(LabNetwork lab, string to, int count)
    {
        var ping = await lab.Host("alice").RunAsync("ping", "-c", $"{count}", "-i", "0.2", "-w", $"{TestLab.Patience.TotalSeconds}", to);
        Assert.True(ping.ExitCode == 0, ping.Output + ping.Error);
        return [.. TimePattern().Matches(ping.Output).Select(m => double.Parse(m.Groups["ms"].Value, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex("time=(?<ms>[0-9.]+) ms", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TimePattern();
}
