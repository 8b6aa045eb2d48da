namespace Causeway.Lab.Topologies;

/// <summary>
/// Members in networks of their own, each behind a router, and the relay in the core that joins the routers. No NAT: every machine reaches every
/// other. The addresses look public, because implementations treat private ranges differently (candidates, NAT detection, relays).
/// </summary>
public static class Routed
{
    /// <summary>Core 45.77.0.0/24 with the relay at .1 and the routers at .11 to .13; alice, bob and carol at 45.77.1.2, 45.77.2.2 and 45.77.3.2.</summary>
    public static Topology Topology { get; } = new()
    {
        Name = "routed",
        Description = "alice, bob and carol each behind a router of their own; the relay in the core between the routers",
        Switches = ["core", "lan1", "lan2", "lan3"],
        Machines =
        [
            new Machine("relay") { Ports = [new Port("eth0", "core", "45.77.0.1/24", "2a0e:77::1/64")], Routes = [.. RoutesToOthers(0)] },
            Host("alice", 1), Router(1),
            Host("bob", 2), Router(2),
            Host("carol", 3), Router(3),
        ],
    };

    private static Machine Host(string name, int number) => new(name)
    {
        Ports = [new Port("eth0", $"lan{number}", $"45.77.{number}.2/24", $"2a0e:77:0:{number}::2/64")],
        Routes = [new Route("default", $"45.77.{number}.1"), new Route("default", $"2a0e:77:0:{number}::1")],
    };

    private static Machine Router(int number) => new($"router{number}")
    {
        Forwards = true,
        Ports =
        [
            new Port("eth0", "core", $"45.77.0.1{number}/24", $"2a0e:77::1{number}/64"),
            new Port("eth1", $"lan{number}", $"45.77.{number}.1/24", $"2a0e:77:0:{number}::1/64"),
        ],
        Routes = [.. RoutesToOthers(number)],
    };

    private static IEnumerable<Route> RoutesToOthers(int number)
    {
        foreach (var other in Enumerable.Range(1, 3).Where(n => n != number))
        {
            yield return new Route($"45.77.{other}.0/24", $"45.77.0.1{other}");
            yield return new Route($"2a0e:77:0:{other}::/64", $"2a0e:77::1{other}");
        }
    }
}
