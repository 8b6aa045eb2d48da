using Causeway.Lab.Nats;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Reach;

/// <summary>What two hosts behind NATs have of a relay that is killed.</summary>
public sealed class RelayFaultTests
{
    [Fact]
    public async Task A_direct_connection_outlives_the_relay_that_it_began_with()
    {
        await using var lab = await TestLab.StartAsync(TwoNats.Create(NatProfiles.Home, NatProfiles.Home), "nft");
        await using var relay = await LabPeer.StartRelayAsync(lab.Host("relay"));
        await using var left = await LabPeer.StartHostAsync(lab.Host("left"), relay);
        await using var right = await LabPeer.StartHostAsync(lab.Host("right"), relay);
        await left.InsistAsync(await right.ReservedAsync(), right, isDirect: true);
        await relay.KillAsync();
        await left.SayAsync(right, "still");
        await right.SayAsync(left, "here");
    }

    [Fact]
    public async Task A_relay_that_is_killed_breaks_what_it_carries_and_is_used_again_when_it_is_back()
    {
        await using var lab = await TestLab.StartAsync(TwoNats.Create(NatProfiles.Symmetric, NatProfiles.Symmetric), "nft");
        var relay = await LabPeer.StartRelayAsync(lab.Host("relay"));
        await using var left = await LabPeer.StartHostAsync(lab.Host("left"), relay);
        await using var right = await LabPeer.StartHostAsync(lab.Host("right"), relay);
        var address = await right.ReservedAsync();
        await left.InsistAsync(address, right, isDirect: false);
        await left.HoldAsync(right);
        await relay.DisposeAsync();
        await left.ReleasedAsync();
        await using var again = await LabPeer.StartRelayAsync(lab.Host("relay"));
        Assert.Equal(relay.Id, again.Id);
        Assert.Equal(address, await right.ReservedAsync());
        await left.InsistAsync(address, right, isDirect: false);
        await left.SayAsync(right, "again");
    }
}
