using System.Net;
using System.Net.Sockets;
using Causeway.Cli.Netcheck;
using Causeway.Network.PortMappings;

namespace Causeway.Cli.Tests;

/// <summary>What <c>causeway netcheck</c> says of routers and dial-backs.</summary>
public sealed class NetcheckTextTests
{
    private static readonly PortMapping Asked = new() { Protocol = ProtocolType.Tcp, InternalPort = 4001 };

    [Fact]
    public void A_router_that_forwards_is_shown_with_what_it_speaks_and_where_the_mapping_led()
    {
        var router = RouterCheck.Describe(
            [new GatewayReport(PortMappingProtocol.Pcp, true, null, null), new GatewayReport(PortMappingProtocol.Upnp, false, null, "no answer")],
            Asked with { RouterEndPoint = IPEndPoint.Parse("45.77.0.2:4001"), ExternalEndPoint = IPEndPoint.Parse("45.77.0.2:4001"), Via = PortMappingProtocol.Pcp });
        Assert.Equal(("45.77.0.2", "PCP", "45.77.0.2:4001", false, null), (router.ExternalAddress, router.Via, router.Forwarded, router.DoubleNat, router.Problem));
        var text = Write(router, new ReachReport { Reachability = "public", Reachable = ["/ip4/45.77.0.2/tcp/4001"], Unreachable = ["/ip4/45.77.0.2/tcp/7"] });
        Assert.Contains("Router  forwards ports when asked by PCP; its address is 45.77.0.2\n", text);
        Assert.Contains("45.77.0.2:4001 led here during the check, by PCP; the mapping is removed again\n", text);
        Assert.Contains("Dialed  by others at /ip4/45.77.0.2/tcp/4001\n", text);
        Assert.Contains("not at /ip4/45.77.0.2/tcp/7\n", text);
    }

    [Fact]
    public void A_router_behind_another_nat_is_called_that()
    {
        var router = RouterCheck.Describe(
            [new GatewayReport(PortMappingProtocol.NatPmp, true, IPAddress.Parse("10.0.0.5"), null)],
            Asked with { RouterEndPoint = IPEndPoint.Parse("10.0.0.5:4001"), Via = PortMappingProtocol.NatPmp, IsDoubleNat = true, Problem = "Another NAT lies before it." });
        Assert.True(router.DoubleNat);
        Assert.Contains("Another NAT lies before it.\n", Write(router, null));
    }

    [Fact]
    public void A_router_that_speaks_nothing_and_nodes_that_cannot_say_are_named()
    {
        var router = RouterCheck.Describe([new GatewayReport(PortMappingProtocol.Pcp, false, null, "no answer")], Asked with { Problem = "Switch it on there." });
        var text = Write(router, new ReachReport { Reachability = "unknown", Reachable = [], Unreachable = [] });
        Assert.Contains("Router  speaks none of PCP\n", text);
        Assert.Contains("Switch it on there.\n", text);
        Assert.Contains("Dialed  unknown", text);
        Assert.Contains("Router  There is no router.\n", Write(RouterCheck.Describe([], Asked with { Problem = "There is no router." }), null));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_looks_on_is_told_what_is_being_waited_for(bool isTerminal)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var environment = new CliEnvironment { Out = output, Error = error, IsTerminal = isTerminal, Stop = TestContext.Current.CancellationToken };
        var nobody = "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
        Assert.Equal(1, await CommandLine.RunAsync(["netcheck", "--no-port-mapping", "--node", nobody], environment));
        Assert.Equal(isTerminal, error.ToString().Contains("… having nodes dial this machine", StringComparison.Ordinal));
        Assert.Contains("Dialed  unknown", output.ToString(), StringComparison.Ordinal);
    }

    private static string Write(RouterReport? router, ReachReport? reach)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var family = new FamilyReport { Addresses = [] };
        NetcheckText.Write(writer, new NetcheckReport { Ipv4 = family, Ipv6 = family, Router = router, Reach = reach, Nodes = [] });
        return writer.ToString();
    }
}
