using Causeway.Lab.Nats;

namespace Causeway.Lab.Topologies;

/// <summary>The topologies that <c>./lab</c> knows by name.</summary>
public static class KnownTopologies
{
    /// <summary>All of them, in the order in which they are listed.</summary>
    public static IReadOnlyList<Topology> All { get; } = [ThreeMachines.Topology, Routed.Topology, TwoNats.Create(NatProfiles.Home, NatProfiles.Home)];

    /// <summary>The one with this name.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static Topology Find(string name) => All.FirstOrDefault(t => t.Name == name)
        ?? throw new LabException($"there is no topology '{name}': choose one of {string.Join(", ", All.Select(t => t.Name))}");
}
