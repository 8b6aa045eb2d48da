using Causeway.Lab.Links;

namespace Causeway.Lab.Topologies;

/// <summary>One machine of a lab: a network namespace, with a host name, a <c>/run</c> and a home of its own.</summary>
/// <param name="Name">Its host name, which every other machine can resolve.</param>
public sealed record Machine(string Name)
{
    /// <summary>Its network devices.</summary>
    public IReadOnlyList<Port> Ports { get; init; } = [];

    /// <summary>Routes beyond the networks of its own ports.</summary>
    public IReadOnlyList<Route> Routes { get; init; } = [];

    /// <summary>Whether it forwards between its ports (IPv4 and IPv6), which makes it a router.</summary>
    public bool Forwards { get; init; }

    /// <summary>A ruleset that <c>nft -f</c> loads before the machine is used, or none.</summary>
    public string? Ruleset { get; init; }

    /// <summary>The same machine with all its links emulated.</summary>
    internal Machine WithLinks(LinkConditions conditions) => this with { Ports = [.. Ports.Select(p => p with { Conditions = conditions })] };
}
