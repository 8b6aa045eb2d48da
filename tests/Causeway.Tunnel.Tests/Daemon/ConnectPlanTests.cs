using Causeway.Testing;
using Causeway.Tunnel.Daemon.Membership;
using Causeway.Tunnel.Protocol.Identity;

namespace Causeway.Tunnel.Tests.Daemon;

/// <summary>When a member begins with which others.</summary>
public sealed class ConnectPlanTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_large_network_is_not_met_all_at_once()
    {
        var plan = new ConnectPlan(Peer(0), _time);
        plan.Add(Enumerable.Range(1, 70).Select(Peer), areNew: false);
        Assert.Equal(ConnectPlan.Batch, plan.Take().Count);
        Assert.Equal(ConnectPlan.Pause, plan.Rest);
        Assert.Equal(ConnectPlan.Batch, plan.Take().Count);
        Assert.Equal(70 - (2 * ConnectPlan.Batch), plan.Take().Count);
        Assert.Null(plan.Rest);
    }

    [Fact]
    public void Of_two_who_learn_of_each_other_at_the_same_time_the_lower_one_begins()
    {
        var (low, high) = (new ConnectPlan(Peer(1), _time), new ConnectPlan(Peer(2), _time));
        low.Add([Peer(2)], areNew: true);
        high.Add([Peer(1)], areNew: true);
        Assert.Equal([Peer(2)], low.Take());
        Assert.Empty(high.Take());
        _time.Advance(high.Rest!.Value);
        Assert.Equal([Peer(1)], high.Take());
    }

    private static TunnelPeerId Peer(int number)
    {
        var bytes = new byte[TunnelPeerId.Size];
        bytes[0] = (byte)number;
        return TunnelPeerId.Read(bytes);
    }
}
