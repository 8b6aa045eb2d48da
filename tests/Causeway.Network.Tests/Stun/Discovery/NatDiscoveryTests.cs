using System.Net;
using Causeway.Network.Stun;
using Causeway.Network.Stun.Discovery;

namespace Causeway.Network.Tests.Stun.Discovery;

public sealed class NatDiscoveryTests
{
    private const string A = "198.51.100.1:3478", B = "198.51.100.2:3479";

    private readonly ObservedTime _time = new();

    public static TheoryData<NatMapping, NatFiltering, bool> Nats()
    {
        var nats = new TheoryData<NatMapping, NatFiltering, bool>();
        foreach (var mapping in new[] { NatMapping.EndpointIndependent, NatMapping.AddressDependent, NatMapping.AddressAndPortDependent })
        {
            foreach (var filtering in new[] { NatFiltering.EndpointIndependent, NatFiltering.AddressDependent, NatFiltering.AddressAndPortDependent })
            {
                nats.Add(mapping, filtering, true);
                nats.Add(mapping, filtering, false);
            }
        }

        return nats;
    }

    [Theory]
    [MemberData(nameof(Nats))]
    public async Task A_NAT_is_recognised(NatMapping mapping, NatFiltering filtering, bool hairPins)
    {
        var found = await DiscoverAsync(new SimulatedNat(mapping, filtering, hairPins, _time).WithServer(A, B), A);

        Assert.Equal((mapping, filtering), (found.Mapping, found.Filtering));
        Assert.Equal(IPAddress.Parse("203.0.113.5"), found.PublicEndPoint!.Address);

        // Two sockets that send to each other do not meet where each destination has a port of its own and only known ports are let in.
        var meet = hairPins && (mapping == NatMapping.EndpointIndependent || filtering != NatFiltering.AddressAndPortDependent);
        Assert.Equal(meet, found.HairPinning);
    }

    [Theory]
    [InlineData(NatFiltering.EndpointIndependent)]
    [InlineData(NatFiltering.AddressDependent)]
    [InlineData(NatFiltering.AddressAndPortDependent)]
    public async Task A_firewall_that_translates_nothing_is_recognised(NatFiltering filtering)
    {
        var found = await DiscoverAsync(new SimulatedNat(NatMapping.None, filtering, false, _time).WithServer(A, B), A);

        Assert.Equal((NatMapping.None, filtering, null), (found.Mapping, found.Filtering, found.HairPinning));
        Assert.Equal(found.LocalEndPoint, found.PublicEndPoint);
    }

    [Fact]
    public async Task Where_nothing_answers_nothing_is_known()
    {
        var found = await DiscoverAsync(new SimulatedNat(NatMapping.EndpointIndependent, NatFiltering.EndpointIndependent, true, _time).WithServer(A, B, isUp: false), A);

        Assert.Equal(new NatBehavior(), found);
        Assert.False(found.IsReachable);
    }

    [Fact]
    public async Task A_server_with_two_addresses_is_preferred_and_one_that_is_down_does_no_harm()
    {
        var nat = new SimulatedNat(NatMapping.AddressDependent, NatFiltering.AddressDependent, true, _time)
            .WithServer("198.51.100.8:3478", isUp: false).WithServer("198.51.100.9:3478").WithServer(A, B);
        var found = await DiscoverAsync(nat, "198.51.100.8:3478", "198.51.100.9:3478", A);

        Assert.Equal((NatMapping.AddressDependent, NatFiltering.AddressDependent), (found.Mapping, found.Filtering));
    }

    [Theory]
    [InlineData(NatMapping.EndpointIndependent, NatMapping.EndpointIndependent)]
    [InlineData(NatMapping.AddressDependent, NatMapping.Dependent)]
    [InlineData(NatMapping.AddressAndPortDependent, NatMapping.Dependent)]
    [InlineData(NatMapping.None, NatMapping.None)]
    public async Task Two_plain_servers_tell_whether_mappings_depend_on_the_destination(NatMapping mapping, NatMapping expected)
    {
        var found = await DiscoverAsync(new SimulatedNat(mapping, NatFiltering.AddressDependent, true, _time).WithServer("198.51.100.8:3478").WithServer("198.51.100.9:3478"), "198.51.100.8:3478", "198.51.100.9:3478");

        Assert.Equal((expected, NatFiltering.Unknown), (found.Mapping, found.Filtering));
    }

    [Fact]
    public async Task One_plain_server_tells_the_address_only()
    {
        var found = await DiscoverAsync(new SimulatedNat(NatMapping.EndpointIndependent, NatFiltering.AddressDependent, true, _time).WithServer("198.51.100.8:3478"), "198.51.100.8:3478");

        Assert.Equal((NatMapping.Unknown, NatFiltering.Unknown, true), (found.Mapping, found.Filtering, found.IsReachable));
    }

    private async Task<NatBehavior> DiscoverAsync(SimulatedNat nat, params string[] servers)
    {
        var discovering = new NatDiscovery(nat.Open, _time).DiscoverAsync([.. servers.Select(IPEndPoint.Parse)]);
        await _time.RunAsync(discovering, TimeSpan.FromMilliseconds(100));
        return await discovering;
    }
}
