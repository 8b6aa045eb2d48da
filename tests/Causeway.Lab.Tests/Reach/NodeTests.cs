using Causeway.Lab.Nats;
using Causeway.Lab.Processes;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Reach;

/// <summary>Two nodes, one of them behind a NAT, over TCP 9092.</summary>
public sealed class NodeTests
{
    private static readonly ProcessOptions AskAgain = new() { Timeout = TestLab.Patience };

    [Fact]
    public async Task A_node_behind_a_NAT_is_connected_directly_with_one_that_has_a_public_address()
    {
        await using var lab = await TestLab.StartAsync(TwoNats.Create(NatProfiles.None, NatProfiles.Symmetric), "nft");
        await using var left = await LabNode.StartAsync(lab.Host("left"), 9092);
        await using var right = await LabNode.StartAsync(lab.Host("right"), 9092, "--bootstrap", left.Address);
        var id = left.Address.Split('/')[^1];
        string peers;
        do
        {
            peers = (await lab.Host("right").RunAsync(AskAgain, LabNode.Program, "swarm", "peers", "--json", "--state", "/run/home/node")).Succeeded().Output;
        }
        while (!peers.Contains(id, StringComparison.Ordinal) && !TestContext.Current.CancellationToken.IsCancellationRequested);
        Assert.Contains("/tcp/9092", peers);
        Assert.DoesNotContain("p2p-circuit", peers);
    }
}
