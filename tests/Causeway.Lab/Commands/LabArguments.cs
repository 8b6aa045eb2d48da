using System.Globalization;
using Causeway.Lab.Links;
using Causeway.Lab.Nats;
using Causeway.Lab.Topologies;

namespace Causeway.Lab.Commands;

/// <summary>What the user asked for: a topology, changed by options, and what to run in it.</summary>
/// <param name="Topology">The network to build.</param>
/// <param name="Machine">Where to run; none: backstage, where the switches are.</param>
/// <param name="Command">The program and its arguments; empty: a shell.</param>
internal sealed record LabArguments(Topology Topology, string? Machine, IReadOnlyList<string> Command)
{
    private static readonly (string Unit, double Factor)[] Times = [("ms", 1e-3), ("us", 1e-6), ("s", 1)];
    private static readonly (string Unit, double Factor)[] Rates = [("gbit", 1e9), ("mbit", 1e6), ("kbit", 1e3), ("bit", 1)];
    private static readonly (string Unit, double Factor)[] Shares = [("%", 0.01), ("", 1)];

    /// <summary>Reads the command line.</summary>
    /// <exception cref="LabException">It makes no sense; the message says where.</exception>
    public static LabArguments Parse(IReadOnlyList<string> arguments)
    {
        var topology = KnownTopologies.Find(arguments[0]);
        LinkConditions? conditions = null;
        string? machine = null;
        NatProfile? left = null, right = null;
        var i = 1;
        for (; i < arguments.Count && arguments[i] != "--"; i += 2)
        {
            var option = arguments[i];
            if (option is not ("--on" or "--left" or "--right" or "--delay" or "--loss" or "--rate" or "--seed"))
                throw new LabException($"'{option}' is not understood here; a command goes behind '--' (./lab --help)");
            var value = i + 1 < arguments.Count && arguments[i + 1] != "--" ? arguments[i + 1] : throw new LabException($"'{option}' needs a value");
            if (option == "--on") machine = value;
            else if (option == "--left") left = NatProfiles.Find(value);
            else if (option == "--right") right = NatProfiles.Find(value);
            else conditions = With(conditions ?? LinkConditions.None, option[2..], value);
        }

        if (left is not null || right is not null)
        {
            if (topology.Name != TwoNats.Name) throw new LabException($"'--left' and '--right' belong to '{TwoNats.Name}'");
            topology = TwoNats.Create(left ?? NatProfiles.Home, right ?? NatProfiles.Home);
        }

        if (machine is not null && topology.Machines.All(m => m.Name != machine)) throw new LabException($"'{topology.Name}' has no machine '{machine}'");
        if (conditions is not null) topology = topology.WithLinks(conditions);
        return new LabArguments(topology, machine, [.. arguments.Skip(i + 1)]);
    }

    /// <summary>Changes one property of a link as a user writes it: <c>delay</c> <c>20ms</c>, <c>loss</c> <c>1%</c>, <c>rate</c> <c>100mbit</c>, <c>seed</c> <c>7</c>.</summary>
    /// <exception cref="LabException">The value is not understood.</exception>
    public static LinkConditions With(LinkConditions conditions, string property, string value)
    {
        var changed = property switch
        {
            "delay" => conditions with { Delay = TimeSpan.FromSeconds(Measure(value, Times)) },
            "loss" => conditions with { Loss = Measure(value, Shares) },
            "rate" => conditions with { BitsPerSecond = (long)Measure(value, Rates) },
            "seed" => conditions with { Seed = (int)Measure(value, [("", 1)]) },
            _ => throw new LabException($"a link has delay, loss, rate and seed, no '{property}'"),
        };
        changed.Validate();
        return changed;
    }

    private static double Measure(string value, (string Unit, double Factor)[] units)
    {
        foreach (var (unit, factor) in units)
        {
            if (!value.EndsWith(unit, StringComparison.OrdinalIgnoreCase)) continue;
            if (double.TryParse(value[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return number * factor;
        }

        throw new LabException($"'{value}' is not understood; it needs a number and {string.Join(" or ", units.Select(u => u.Unit.Length == 0 ? "nothing" : u.Unit))}");
    }
}
