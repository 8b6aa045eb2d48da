using System.Diagnostics;
using System.Text.Json;
using Causeway.Lab.Nats;
using Causeway.Lab.Processes;
using Causeway.Lab.Tests.PortMapping;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Reach;

/// <summary>What <c>causeway node</c> and <c>causeway netcheck</c> make of the network around them.</summary>
public sealed class NodeReachTests
{
    private static readonly ProcessOptions Patient = new() { Timeout = 2 * TestLab.Patience };

    [Theory]
    [InlineData("Pcp")]
    [InlineData("Upnp")]
    public async Task A_node_behind_a_router_that_forwards_ports_is_dialed_at_its_mapped_address_and_knows_that_it_is_public(string protocol)
    {
        await using var lab = await TestLab.StartAsync(ForwardingRouter.Topology, "miniupnpd", "nft");
        await using var service = await ForwardingRouter.StartServiceAsync(lab.Host("router"), protocol);
        await using var outside = await LabNode.StartAsync(lab.Host("outside"), 9092);
        await using var inside = await LabNode.StartEverywhereAsync(lab.Host("inside"), 9092, "--port-mapping", "--dht", "auto", "--bootstrap", outside.Address);
        var mapped = $"/ip4/{ForwardingRouter.PublicAddress}/tcp/9092";
        await LabNode.AskAsync(
            lab.Host("inside"),
            status => Read(status) is var report && report.GetProperty("reachability").GetString() == "public" && report.GetProperty("dht").GetString() == "server" && Texts(report, "reachable").Contains(mapped),
            "swarm", "addrs", "--own", "--json");
        var dialed = (await lab.Host("outside").RunAsync(Patient, LabNode.Program, "swarm", "connect", "--bootstrap", $"{mapped}/p2p/{inside.Id}", $"{mapped}/p2p/{inside.Id}")).Succeeded();
        Assert.Contains($"connected to {inside.Id} at {mapped}", dialed.Output);
    }

    [Fact]
    public async Task Netcheck_says_which_protocols_the_router_speaks_and_leaves_no_mapping_behind()
    {
        await using var lab = await TestLab.StartAsync(ForwardingRouter.Topology, "miniupnpd", "nft");
        await using var service = await ForwardingRouter.StartServiceAsync(lab.Host("router"), "Pcp");
        await using var outside = await LabNode.StartAsync(lab.Host("outside"), 9092);
        var report = Read((await lab.Host("inside").RunAsync(Patient, LabNode.Program, "netcheck", "--json", "--node", outside.Address)).Succeeded().Output);
        var router = report.GetProperty("router");
        Assert.Equal(["PCP", "NAT-PMP"], router.GetProperty("protocols").EnumerateArray().Where(p => p.GetProperty("speaks").GetBoolean()).Select(p => p.GetProperty("name").GetString()));
        var forwarded = router.GetProperty("forwarded").GetString()!;
        Assert.StartsWith($"{ForwardingRouter.PublicAddress}:", forwarded);
        Assert.Equal("public", report.GetProperty("reach").GetProperty("reachability").GetString());
        Assert.Contains($"/ip4/{forwarded.Replace(":", "/tcp/", StringComparison.Ordinal)}", Texts(report.GetProperty("reach"), "reachable"));
        string rules;
        var patience = Stopwatch.StartNew();
        do rules = (await lab.Host("router").RunAsync("nft", "list", "chain", "inet", "filter", "prerouting_miniupnpd")).Succeeded().Output;
        while (rules.Contains("dnat", StringComparison.Ordinal) && patience.Elapsed < TimeSpan.FromMinutes(1));
        Assert.DoesNotContain("dnat", rules);
    }

    [Fact]
    public async Task Netcheck_says_what_the_label_of_the_NAT_says()
    {
        await using var lab = await TestLab.StartAsync(TwoNats.Create(NatProfiles.Open, NatProfiles.Symmetric), "nft");
        await using var node = await LabNode.StartAsync(lab.Host("probe"), 9092, "--stun", "45.77.0.11:3478,45.77.0.12:3479");
        var (left, right) = (CheckAsync("left"), CheckAsync("right"));
        Assert.Equal(("endpoint-independent", "endpoint-independent", "public"), await left);
        Assert.Equal(("address-and-port-dependent", "address-and-port-dependent", "private"), await right);

        async Task<(string? Mapping, string? Filtering, string? Reachability)> CheckAsync(string machine)
        {
            var report = Read((await lab.Host(machine).RunAsync(Patient, LabNode.Program, "netcheck", "--json", "--stun", "45.77.0.11:3478", "--node", node.Address)).Succeeded().Output);
            Assert.All(report.GetProperty("router").GetProperty("protocols").EnumerateArray(), p => Assert.False(p.GetProperty("speaks").GetBoolean()));
            Assert.True(Assert.Single(report.GetProperty("nodes").EnumerateArray()).GetProperty("reached").GetBoolean());
            var udp = report.GetProperty("ipv4").GetProperty("udp");
            return (udp.GetProperty("mapping").GetString(), udp.GetProperty("filtering").GetString(), report.GetProperty("reach").GetProperty("reachability").GetString());
        }
    }

    [Fact]
    public async Task A_node_whose_machine_gets_another_address_tells_its_peers_and_is_found_there()
    {
        await using var lab = await TestLab.StartAsync(TwoNats.Create(NatProfiles.None, NatProfiles.None), "nft");
        var (left, relay) = (lab.Host("left"), lab.Host("relay"));
        await using var fixedNode = await LabNode.StartAsync(relay, 9092);
        await using var moving = await LabNode.StartEverywhereAsync(left, 9092, "--bootstrap", fixedNode.Address);
        await LabNode.AskAsync(relay, peers => peers.Contains(moving.Id, StringComparison.Ordinal), "swarm", "peers", "--json");

        (await left.RunAsync("ip", "address", "add", "51.15.11.3/24", "dev", "eth0")).Succeeded();
        await LabNode.AskAsync(relay, addresses => addresses.Contains("/ip4/51.15.11.3/tcp/9092", StringComparison.Ordinal), "swarm", "addrs", "--json");

        (await left.RunAsync("ip", "address", "del", "51.15.11.2/24", "dev", "eth0")).Succeeded();
        (await left.RunAsync("ip", "address", "replace", "51.15.11.3/24", "dev", "eth0")).Succeeded();
        (await left.RunAsync("ip", "route", "replace", "default", "via", "51.15.11.1")).Succeeded();
        await LabNode.AskAsync(relay, _ => true, "swarm", "disconnect", moving.Id);
        Assert.Contains("51.15.11.3", await LabNode.AskAsync(relay, _ => true, "swarm", "connect", moving.Id));
    }

    private static JsonElement Read(string json) => JsonDocument.Parse(json).RootElement;

    private static IEnumerable<string?> Texts(JsonElement parent, string name) => parent.GetProperty(name).EnumerateArray().Select(static e => e.GetString());
}
