using Causeway.Lab.Links;
using Causeway.Lab.Nats;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Topologies;

/// <summary>What a topology may say.</summary>
public sealed class TopologyTests
{
    private static readonly Topology Valid = new()
    {
        Name = "small",
        Description = "two machines",
        Switches = ["lan"],
        Machines = [new Machine("one") { Ports = [new Port("eth0", "lan", "192.0.2.1/24")] }, new Machine("two")],
    };

    public static TheoryData<string, Topology> Wrong() => new()
    {
        { "no machines", Valid with { Machines = [] } },
        { "'; reboot' is no name", Valid with { Machines = [new Machine("; reboot")] } },
        { "'elevenchars' is no name", Valid with { Machines = [new Machine("elevenchars")] } },
        { "'ip' is no name", Valid with { Machines = [new Machine("ip")] } },
        { "'one' is used twice", Valid with { Switches = ["lan", "one"] } },
        { "the switch 'wan', which does not exist", WithPort(new Port("eth0", "wan")) },
        { "'lo' is no device name", WithPort(new Port("lo", "lan")) },
        { "'192.0.2.1' on eth0 is no address", WithPort(new Port("eth0", "lan", "192.0.2.1")) },
        { "'192.0.2.1/33' on eth0 is no address", WithPort(new Port("eth0", "lan", "192.0.2.1/33")) },
        { "'x/24' on eth0 is no address", WithPort(new Port("eth0", "lan", "x/24")) },
        { "a route to 'there'", Valid with { Machines = [new Machine("one") { Routes = [new Route("there", "192.0.2.1")] }] } },
        { "via 'nobody'", Valid with { Machines = [new Machine("one") { Routes = [new Route("default", "nobody")] }] } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void What_could_not_be_built_is_refused_and_named(string words, Topology topology) =>
        Assert.Contains(words, Assert.Throws<LabException>(topology.Validate).Message);

    [Fact]
    public void The_known_ones_are_valid_and_found_by_name()
    {
        Assert.All(KnownTopologies.All, t =>
        {
            t.Validate();
            Assert.Same(t, KnownTopologies.Find(t.Name));
        });
        Assert.Contains("three-machines, routed", Assert.Throws<LabException>(() => KnownTopologies.Find("none")).Message);
    }

    [Fact]
    public void Two_sites_behind_any_NATs_are_valid()
    {
        foreach (var profile in NatProfiles.All) TwoNats.Create(profile, profile).Validate();
    }

    [Fact]
    public void Links_and_rulesets_are_changed_where_it_is_said()
    {
        var conditions = new LinkConditions { Loss = 0.1 };
        Assert.All(Routed.Topology.WithLinks(conditions).Machines.SelectMany(m => m.Ports), p => Assert.Same(conditions, p.Conditions));
        var one = Routed.Topology.WithLinks("router1", conditions).WithRuleset("router1", "flush ruleset");
        Assert.Equal(2, one.Machines.SelectMany(m => m.Ports).Count(p => p.Conditions is not null));
        Assert.Equal("flush ruleset", Assert.Single(one.Machines, m => m.Ruleset is not null).Ruleset);
        Assert.Throws<LabException>(() => one.WithLinks("router9", conditions));
        Assert.Throws<LabException>(() => one.WithRuleset("router9", ""));
    }

    private static Topology WithPort(Port port) => Valid with { Machines = [new Machine("one") { Ports = [port] }] };
}
