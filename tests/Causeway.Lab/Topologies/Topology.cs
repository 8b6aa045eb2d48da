using System.Net;
using System.Text.RegularExpressions;
using Causeway.Lab.Links;

namespace Causeway.Lab.Topologies;

/// <summary>A network to build: machines, and switches that join their ports. A cable between two machines is a switch with two ports.</summary>
public sealed partial record Topology
{
    // In the lab's shell a machine's name is a command; these are commands already that the shell's own need.
    private static readonly string[] Reserved = ["link", "capture", "measure", "ip", "sh", "bash", "nsenter", "lab"];

    /// <summary>What <c>./lab</c> calls it: lower-case letters, digits and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>One line for <c>./lab list</c>.</summary>
    public required string Description { get; init; }

    /// <summary>The switches, by name.</summary>
    public required IReadOnlyList<string> Switches { get; init; }

    /// <summary>Hosts and routers.</summary>
    public required IReadOnlyList<Machine> Machines { get; init; }

    /// <summary>The same network with every link emulated under these conditions.</summary>
    public Topology WithLinks(LinkConditions conditions) => this with { Machines = [.. Machines.Select(m => m.WithLinks(conditions))] };

    /// <summary>The same network with the links of one machine emulated under these conditions.</summary>
    /// <exception cref="LabException">There is no such machine.</exception>
    public Topology WithLinks(string machine, LinkConditions conditions)
    {
        if (Machines.All(m => m.Name != machine)) throw NoMachine(machine);
        return this with { Machines = [.. Machines.Select(m => m.Name == machine ? m.WithLinks(conditions) : m)] };
    }

    /// <summary>The same network with a ruleset for nftables on one machine: a firewall, or a NAT on a router.</summary>
    /// <exception cref="LabException">There is no such machine.</exception>
    public Topology WithRuleset(string machine, string ruleset)
    {
        if (Machines.All(m => m.Name != machine)) throw NoMachine(machine);
        return this with { Machines = [.. Machines.Select(m => m.Name == machine ? m with { Ruleset = ruleset } : m)] };
    }

    /// <summary>Refuses what could not be built.</summary>
    /// <exception cref="LabException">A name, an address, a route or a switch is wrong.</exception>
    public void Validate()
    {
        if (Machines.Count == 0) throw new LabException($"The topology '{Name}' has no machines.");
        foreach (var name in Machines.Select(m => m.Name).Concat(Switches))
        {
            // A port on a switch is a device called after machine and device, and the kernel allows 15 characters (IFNAMSIZ).
            if (!NamePattern().IsMatch(name) || Reserved.Contains(name))
                throw new LabException($"'{name}' is no name for a machine or switch: 1 to 10 lower-case letters and digits, a letter first, and not what a command is called.");
        }

        if (Machines.Select(m => m.Name).Concat(Switches).GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new LabException($"The name '{twice.Key}' is used twice.");
        foreach (var machine in Machines) Validate(machine);
    }

    private static LabException NoMachine(string machine) => new($"The topology has no machine '{machine}'.");

    private void Validate(Machine machine)
    {
        foreach (var port in machine.Ports)
        {
            if (!DevicePattern().IsMatch(port.Device)) throw new LabException($"'{port.Device}' is no device name here: eth0, eth1, ….");
            if (!Switches.Contains(port.Switch)) throw new LabException($"{machine.Name} is plugged into the switch '{port.Switch}', which does not exist.");
            foreach (var address in port.Addresses) port.ParseAddress(address);
        }

        foreach (var route in machine.Routes)
        {
            if ((route.Destination != "default" && !IPNetwork.TryParse(route.Destination, out _)) || !IPAddress.TryParse(route.Via, out _))
                throw new LabException($"{machine.Name} has a route to '{route.Destination}' via '{route.Via}': a prefix or 'default', and an address are needed.");
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9]{0,9}$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex("^eth[0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex DevicePattern();
}
