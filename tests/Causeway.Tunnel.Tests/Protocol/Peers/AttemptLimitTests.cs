using Causeway.Tunnel.Protocol.Peers;

namespace Causeway.Tunnel.Tests.Protocol.Peers;

/// <summary>A large network is not met all at once.</summary>
public sealed class AttemptLimitTests
{
    [Fact]
    public void Who_must_wait_for_a_place_makes_nobody_look_again_and_again_and_gets_it_as_soon_as_there_is_one()
    {
        var network = new SimulatedNetwork("alice", "bob", "carol");
        var (alice, bob, carol) = (network["alice"], network["bob"], network["carol"]);
        using var endpoint = new TunnelEndpoint(alice.Context, alice, alice, new TunnelEndpointOptions { MaxAttempts = 1 });
        endpoint.Connect(bob.Id);
        endpoint.Connect(carol.Id);
        endpoint.OnTime();
        Assert.Equal(1, endpoint.Counters.Attempts);
        endpoint.OnTime();
        Assert.InRange(endpoint.TimeUntilDue, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));

        // Whoever of the two was first is not there: the other's turn.
        var first = endpoint.GetStatus().Single(s => s.IsHandshaking).Id;
        endpoint.OnUnreachable(first);
        Assert.Equal(TimeSpan.Zero, endpoint.TimeUntilDue);
        endpoint.OnTime();
        Assert.Equal(2, endpoint.Counters.Attempts);
        Assert.NotEqual(first, endpoint.GetStatus().Single(s => s.IsHandshaking).Id);
    }
}
