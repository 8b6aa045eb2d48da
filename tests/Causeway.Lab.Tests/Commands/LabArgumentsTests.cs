using Causeway.Lab.Commands;
using Causeway.Lab.Links;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Commands;

/// <summary>What <c>./lab</c> understands.</summary>
public sealed class LabArgumentsTests
{
    [Fact]
    public void A_topology_alone_means_a_shell_backstage()
    {
        var arguments = LabArguments.Parse(["routed"]);
        Assert.Same(Routed.Topology, arguments.Topology);
        Assert.Null(arguments.Machine);
        Assert.Empty(arguments.Command);
    }

    [Fact]
    public void Options_change_every_link_and_a_command_follows()
    {
        var arguments = LabArguments.Parse(
            ["three-machines", "--delay", "2.5ms", "--on", "bob", "--loss", "1%", "--rate", "100mbit", "--seed", "7", "--", "ping", "--", "alice"]);
        Assert.Equal("bob", arguments.Machine);
        Assert.Equal(["ping", "--", "alice"], arguments.Command);
        var expected = new LinkConditions { Delay = TimeSpan.FromMicroseconds(2500), Loss = 0.01, BitsPerSecond = 100_000_000, Seed = 7 };
        Assert.All(arguments.Topology.Machines.SelectMany(m => m.Ports), p => Assert.Equal(expected, p.Conditions));
    }

    [Fact]
    public void Two_sites_are_behind_the_NATs_that_are_named()
    {
        var arguments = LabArguments.Parse(["two-nats", "--left", "symmetric", "--right", "none"]);
        Assert.Contains("snat ip to", Assert.Single(arguments.Topology.Machines, m => m.Name == "leftnat").Ruleset);
        Assert.Null(Assert.Single(arguments.Topology.Machines, m => m.Name == "rightnat").Ruleset);
    }

    [Theory]
    [InlineData("'there'", "there")]
    [InlineData("'--fast'", "routed", "--fast", "1")]
    [InlineData("'ping'", "routed", "ping", "alice")]
    [InlineData("'--delay' needs a value", "routed", "--delay")]
    [InlineData("'--delay' needs a value", "routed", "--delay", "--", "true")]
    [InlineData("'20' is not understood", "routed", "--delay", "20")]
    [InlineData("'-1ms' is not understood", "routed", "--delay", "-1ms")]
    [InlineData("'much%' is not understood", "routed", "--loss", "much%")]
    [InlineData("0 to 1", "routed", "--loss", "101%")]
    [InlineData("0 to 10 seconds", "routed", "--delay", "11s")]
    [InlineData("no NAT 'round'", "two-nats", "--left", "round")]
    [InlineData("belong to 'two-nats'", "routed", "--left", "home")]
    [InlineData("no machine 'dave'", "routed", "--on", "dave")]
    public void What_makes_no_sense_is_named(string words, params string[] arguments) =>
        Assert.Contains(words, Assert.Throws<LabException>(() => LabArguments.Parse(arguments)).Message);
}
