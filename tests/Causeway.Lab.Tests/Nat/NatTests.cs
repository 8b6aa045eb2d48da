using Causeway.Lab.Nats;
using Causeway.Lab.Probing;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Nat;

/// <summary>Routers are what their labels say.</summary>
public sealed class NatTests
{
    public static TheoryData<string, string> Pairs()
    {
        var names = NatProfiles.All.Select(p => p.Name).ToList();
        if (names.Count % 2 == 1) names.Add(NatProfiles.Home.Name);
        var pairs = new TheoryData<string, string>();
        foreach (var pair in names.Chunk(2)) pairs.Add(pair[0], pair[1]);
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_router_is_what_its_label_says(string left, string right)
    {
        await using var lab = await TestLab.StartAsync(TwoNats.Create(NatProfiles.Find(left), NatProfiles.Find(right)), "nft");
        await using var probe = await NatProbe.StartAsync(lab.Host("probe"));
        var measured = await Task.WhenAll(probe.MeasureAsync(lab.Host("left")), probe.MeasureAsync(lab.Host("right")));
        Assert.Equal((left, NatProfiles.Find(left).Promise), (left, measured[0]));
        Assert.Equal((right, NatProfiles.Find(right).Promise), (right, measured[1]));
    }
}
