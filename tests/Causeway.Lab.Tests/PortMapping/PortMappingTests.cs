using System.Net;
using Causeway.Lab.Processes;
using Causeway.Lab.Tests.Traffic;

namespace Causeway.Lab.Tests.PortMapping;

/// <summary>The port mapper against Debian's miniupnpd, which speaks PCP, NAT-PMP and UPnP.</summary>
public sealed class PortMappingTests
{
    private const int Port = 9092;
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "causeway-lab");

    [Theory]
    [InlineData("Pcp")]
    [InlineData("NatPmp")]
    [InlineData("Upnp")]
    public async Task A_machine_behind_a_router_is_reached_from_outside_as_long_as_it_wants(string protocol)
    {
        await using var lab = await TestLab.StartAsync(ForwardingRouter.Topology, "miniupnpd", "nft");
        var (router, inside, outside) = (lab.Host("router"), lab.Host("inside"), lab.Host("outside"));
        await using var udp = await LabTraffic.ServeAsync(inside, "udp-echo", Port);
        await using var tcp = await LabTraffic.ServeAsync(inside, "tcp-serve", Port);
        var service = await ForwardingRouter.StartServiceAsync(router, protocol);
        await using var mapper = await inside.StartAsync(Program, "port-map", $"{Port}", protocol);
        await MappedAsync(mapper, protocol);

        // By PCP this router grants twelve seconds: within six it is asked again, and so on. A clock tells of a restart when it has run for some seconds
        // (RFC 6887 §8.5 leaves two of them open), so the service gets that old: the first questions, then one every five seconds.
        var question = protocol switch { "Pcp" => "PCP MAP: added mapping", "NatPmp" => "NAT-PMP public address request", _ => null };
        for (var asked = 0; asked < 6 && question is not null; asked++) await service.WaitForLineAsync(question, TestLab.Patience);
        await ReachedAsync(outside);

        // The router restarts and has forgotten everything; its clock tells.
        await service.KillAsync();
        await service.DisposeAsync();
        (await router.RunAsync(new ProcessOptions { Input = ForwardingRouter.Ruleset }, "nft", "-f", "-")).Succeeded();
        service = await ForwardingRouter.StartServiceAsync(router, protocol);
        await ForwardedAsync(router, service, 2);
        await MappedAsync(mapper, protocol);
        await ReachedAsync(outside);

        mapper.CloseInput();
        await mapper.WaitForLineAsync("deleted", TestLab.Patience);
        Assert.Equal(0, await mapper.ExitAsync(TestLab.Patience));
        await ForwardedAsync(router, service, 0);
        await service.DisposeAsync();
    }

    [Fact]
    public async Task Of_all_protocols_the_best_is_used()
    {
        await using var lab = await TestLab.StartAsync(ForwardingRouter.Topology, "miniupnpd", "nft");
        await using var service = await ForwardingRouter.StartServiceAsync(lab.Host("router"), "Upnp");
        await using var mapper = await lab.Host("inside").StartAsync(Program, "port-map", $"{Port}");

        // The service refuses PCP and NAT-PMP by not listening there.
        await MappedAsync(mapper, "Upnp");
    }

    [Fact]
    public async Task A_router_without_such_a_service_is_named_to_the_user()
    {
        await using var lab = await TestLab.StartAsync(ForwardingRouter.Topology, "nft");
        await using var mapper = await lab.Host("inside").StartAsync(Program, "port-map", $"{Port}");

        Assert.Contains("192.168.1.1", await mapper.WaitForLineAsync("Switch on PCP, NAT-PMP or UPnP", TestLab.Patience));
    }

    /// <summary>Waits until the mapper says that both ports are mapped.</summary>
    private static async Task MappedAsync(LabProcess mapper, string protocol)
    {
        var seen = new HashSet<string>();
        while (seen.Count < 2)
        {
            await mapper.WriteLineAsync("?");
            var line = await mapper.WaitForLineAsync(l => l.Contains($" by {protocol} ", StringComparison.Ordinal), TestLab.Patience);
            Assert.Contains($" {ForwardingRouter.PublicAddress}:{Port} ", line);
            seen.Add(line.Split(' ')[0]);
        }
    }

    private static async Task ReachedAsync(LabHost outside)
    {
        Assert.Equal(new TcpFigures(1, 100, 100, 0), await LabTraffic.TcpAsync(outside, IPAddress.Parse(ForwardingRouter.PublicAddress), Port, 1, 100, 100));
        Assert.Equal(new UdpFigures(10, 10, 0, 0, 0, 0), await LabTraffic.UdpAsync(outside, IPAddress.Parse(ForwardingRouter.PublicAddress), Port, 10, 1, 100, 1));
    }

    /// <summary>Waits until the router forwards so many ports; what another machine does comes when it comes.</summary>
    private static async Task ForwardedAsync(LabHost router, LabProcess service, int count)
    {
        using var patience = new CancellationTokenSource(TestLab.Patience);
        while (true)
        {
            var rules = (await router.RunAsync("nft", "list", "chain", "inet", "filter", "prerouting_miniupnpd")).Succeeded().Output;
            if (rules.Split('\n').Count(l => l.Contains("dnat", StringComparison.Ordinal)) == count) return;
            Assert.False(patience.IsCancellationRequested, $"{rules}{string.Join('\n', service.Lines.TakeLast(60))}");
            await Task.Delay(100);
        }
    }
}
