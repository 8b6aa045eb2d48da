using Causeway.Lab.Links;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Traffic;

/// <summary>What the tunnel's tests count with counts right.</summary>
public sealed class TrafficTests
{
    [Fact]
    public async Task On_a_network_that_loses_nothing_everything_arrives()
    {
        await using var lab = await TestLab.StartAsync(ThreeMachines.Topology);
        var (alice, bob) = (lab.Host("alice"), lab.Host("bob"));
        await using var tcp = await LabTraffic.ServeAsync(bob, "tcp-serve", 4000);
        await using var udp = await LabTraffic.ServeAsync(bob, "udp-echo", 4001);
        Assert.Equal(new TcpFigures(3, 3, 6000, 0), await LabTraffic.TcpAsync(alice, bob.Address, 4000, 3, 1, 2000));
        Assert.Equal(new TcpFigures(1, 5_000_000, 1_000_000, 0), await LabTraffic.TcpAsync(alice, bob.AddressV6, 4000, 1, 5_000_000, 1_000_000));
        Assert.Equal(new UdpFigures(30, 30, 0, 0, 0, 0), await LabTraffic.UdpAsync(alice, bob.Address, 4001, 30, 1, 30, 1));
        Assert.Equal(new UdpFigures(1000, 1000, 0, 0, 0, 0), await LabTraffic.UdpAsync(alice, bob.AddressV6, 4001, 1000, 24, 1400, 32));
        Assert.Equal(1030, await LabTraffic.EchoedAsync(udp));
    }

    [Fact]
    public async Task On_a_network_that_loses_every_loss_is_counted()
    {
        var topology = ThreeMachines.Topology.WithLinks("bob", LinkConditions.None);
        await using var lab = await TestLab.StartAsync(topology, "ping");
        var (alice, bob) = (lab.Host("alice"), lab.Host("bob"));
        await using var udp = await LabTraffic.ServeAsync(bob, "udp-echo", 4001);
        // Neighbours know each other before frames are lost.
        (await alice.RunAsync("ping", "-c", "1", "-w", $"{TestLab.Patience.TotalSeconds}", $"{bob.Address}")).Succeeded();
        await lab.Link("bob").SetConditionsAsync(new LinkConditions { Loss = 0.2, Seed = 1 });
        var figures = await LabTraffic.UdpAsync(alice, bob.Address, 4001, 100, 24, 1400, 100);
        Assert.Equal(100, figures.Sent);
        Assert.InRange(figures.Lost, 1, 99);
        Assert.Equal(100 - figures.Lost, figures.Received);
        Assert.InRange(await LabTraffic.EchoedAsync(udp), figures.Received, 99);
    }
}
