using Causeway.Lab.Nats;
using Causeway.Lab.Processes;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Reach;

/// <summary>NATs that change under two hosts that are connected, and how the two come together again.</summary>
public sealed class NatFaultTests
{
    // Who notices by keep-alive that the way has gone shall do so within this test's patience.
    private static readonly ProcessOptions Watchful = new() { Environment = new Dictionary<string, string> { ["LAB_KEEPALIVE"] = "5" } };

    [Fact]
    public async Task A_NAT_that_forgets_its_mappings_is_punched_anew()
    {
        await using var lab = await TestLab.StartAsync(TwoNats.Create(NatProfiles.Home, NatProfiles.Find("eim-apdf")), "nft");
        await using var relay = await LabPeer.StartRelayAsync(lab.Host("relay"));
        await using var left = await LabPeer.StartHostAsync(lab.Host("left"), relay, Watchful);
        await using var right = await LabPeer.StartHostAsync(lab.Host("right"), relay, Watchful);
        var address = await right.ReservedAsync();
        await left.InsistAsync(address, right, isDirect: true);
        await left.HoldAsync(right);
        await NatRouter.ForgetAsync(lab.Host("leftnat"));
        await left.ReleasedAsync();
        await left.InsistAsync(address, right, isDirect: true);
        await left.SayAsync(right, "anew");
    }

    [Fact]
    public async Task A_site_whose_public_address_changes_is_found_at_the_new_one()
    {
        await using var lab = await TestLab.StartAsync(TwoNats.Create(NatProfiles.Home, NatProfiles.Home), "nft");
        await using var relay = await LabPeer.StartRelayAsync(lab.Host("relay"));
        await using var left = await LabPeer.StartHostAsync(lab.Host("left"), relay, Watchful);
        await using var right = await LabPeer.StartHostAsync(lab.Host("right"), relay, Watchful);
        var address = await right.ReservedAsync();
        await left.InsistAsync(address, right, isDirect: true);
        await left.HoldAsync(right);
        await NatRouter.ChangeAddressAsync(lab.Host("leftnat"), "51.15.1.77");
        await left.ReleasedAsync();
        await left.InsistAsync(address, right, isDirect: true);
        await left.SayAsync(right, "moved");
        Assert.Contains(right.Lines, l => l.Contains("\"opened\"", StringComparison.Ordinal) && l.Contains("/ip4/51.15.1.77/", StringComparison.Ordinal));
    }
}
