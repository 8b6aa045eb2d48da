using Causeway.Lab.Nats;

namespace Causeway.Lab.Topologies;

/// <summary>
/// Two sites, each behind NATs of its own or none, and servers on the public network between them. Public addresses look public (none is of a
/// special-purpose range, RFC 6890), because implementations ignore the others; those behind a NAT are what people have there.
/// </summary>
public static class TwoNats
{
    /// <summary>What <c>./lab</c> calls it.</summary>
    public const string Name = "two-nats";

    // What belongs to no public network gets no answer there either.
    private const string PublicOnly = """
        table ip lab {
            chain passing {
                type filter hook forward priority filter
                ip daddr { 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16 } drop
                ip saddr { 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16 } drop
            }
        }
        """;

    /// <summary>
    /// <c>left</c> behind <c>leftnat</c> (and <c>leftcgn</c>), <c>right</c> alike; <c>relay</c> 45.77.0.1 and <c>probe</c> 45.77.0.11 and .12 (<see cref="Probing.NatProbe"/>)
    /// on the public network, whose router is <c>core</c>.
    /// </summary>
    public static Topology Create(NatProfile left, NatProfile right)
    {
        var sites = new[] { Site("left", 1, "51.15", left), Site("right", 2, "89.58", right) };
        return new Topology
        {
            Name = Name,
            Description = $"left behind '{left.Name}', right behind '{right.Name}'; relay and probe on the public network between them",
            Switches = ["servers", .. sites.SelectMany(s => s.Switches)],
            Machines =
            [
                Server("relay", "45.77.0.1/24"),
                Server("probe", "45.77.0.11/24", "45.77.0.12/24"),
                .. sites.SelectMany(s => s.Machines),
                new Machine("core")
                {
                    Forwards = true,
                    Ruleset = PublicOnly,
                    Ports = [new Port("eth0", "servers", "45.77.0.254/24"), new Port("eth1", "leftwan", "51.15.1.254/24"), new Port("eth2", "rightwan", "89.58.2.254/24")],
                    Routes = [.. sites.SelectMany(s => s.Routes)],
                },
            ],
        };
    }

    private static Machine Server(string name, params string[] addresses) =>
        new(name) { Ports = [new Port("eth0", "servers", addresses)], Routes = [new Route("default", "45.77.0.254")] };

    private static (IReadOnlyList<string> Switches, IReadOnlyList<Machine> Machines, IReadOnlyList<Route> Routes) Site(string name, int number, string net, NatProfile profile)
    {
        var (wan, mid, lan) = ($"{name}wan", $"{name}mid", $"{name}lan");
        var (outside, gateway) = ($"{net}.{number}.2", $"{net}.{number}.254");
        switch (profile.Layers)
        {
            case []:
                return (
                    [wan, lan],
                    [Host(name, lan, $"{net}.{number + 10}"), Router($"{name}nat", (wan, outside), gateway, (lan, $"{net}.{number + 10}"), null)],
                    [new Route($"{net}.{number + 10}.0/24", outside)]);
            case [var home]:
                return ([wan, lan], [Host(name, lan, $"192.168.{number}"), Router($"{name}nat", (wan, outside), gateway, (lan, $"192.168.{number}"), home)], []);
            case [var home, var carrier]:
                return (
                    [wan, mid, lan],
                    [
                        Host(name, lan, $"192.168.{number}"),
                        Router($"{name}nat", (mid, $"100.64.{number}.2"), $"100.64.{number}.1", (lan, $"192.168.{number}"), home),
                        Router($"{name}cgn", (wan, outside), gateway, (mid, $"100.64.{number}"), carrier),
                    ],
                    []);
            default:
                throw new LabException($"'{profile.Name}' has {profile.Layers.Count} layers; there is room for two.");
        }
    }

    private static Machine Host(string name, string lan, string net) =>
        new(name) { Ports = [new Port("eth0", lan, $"{net}.2/24")], Routes = [new Route("default", $"{net}.1")] };

    private static Machine Router(string name, (string Switch, string Address) outside, string gateway, (string Switch, string Net) inside, NatLayer? layer) => new(name)
    {
        Forwards = true,
        Ports = [new Port("eth0", outside.Switch, $"{outside.Address}/24"), new Port("eth1", inside.Switch, $"{inside.Net}.1/24")],
        Routes = [new Route("default", gateway)],
        Ruleset = layer is null ? null : NatRuleset.Write(layer, outside.Address, $"{inside.Net}.0/24"),
    };
}
