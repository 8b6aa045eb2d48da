namespace Causeway.Lab.Topologies;

/// <summary>Three members and a relay on one switch: the smallest network with a tunnel of more than two.</summary>
public static class ThreeMachines
{
    /// <summary>relay 10.77.0.1, alice .11, bob .12, carol .13; fd77:: with the same last numbers.</summary>
    public static Topology Topology { get; } = new()
    {
        Name = "three-machines",
        Description = "relay, alice, bob and carol on one switch",
        Switches = ["lan"],
        Machines = [Host("relay", 1), Host("alice", 11), Host("bob", 12), Host("carol", 13)],
    };

    private static Machine Host(string name, int number) =>
        new(name) { Ports = [new Port("eth0", "lan", $"10.77.0.{number}/24", $"fd77::{number}/64")] };
}
