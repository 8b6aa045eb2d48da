using Causeway.Lab.Processes;
using Causeway.Lab.Setup;
using Causeway.Lab.Topologies;

namespace Causeway.Lab;

/// <summary>
/// A running network of machines. Each is a network namespace with processes of its own; nothing of it touches the network of the machine it runs on,
/// and nothing of it is left when the lab is disposed or the process that made it ends, by whatever means.
/// </summary>
public sealed class LabNetwork : IAsyncDisposable
{
    private readonly Namespaces _namespaces;
    private readonly Dictionary<string, LabHost> _hosts;

    private LabNetwork(Topology topology, Namespaces namespaces)
    {
        Topology = topology;
        _namespaces = namespaces;
        _hosts = topology.Machines.ToDictionary(m => m.Name, m => new LabHost(m, namespaces.Machines[m.Name]));
    }

    /// <summary>What was built.</summary>
    public Topology Topology { get; }

    /// <summary>The machines, in the topology's order.</summary>
    public IEnumerable<LabHost> Hosts => Topology.Machines.Select(m => _hosts[m.Name]);

    /// <summary>The namespaces it is made of.</summary>
    internal Namespaces Namespaces => _namespaces;

    /// <summary>Builds a network; returns when every machine has its addresses and routes.</summary>
    /// <exception cref="LabException">The topology is wrong, or the machine this runs on allows no lab (<see cref="LabTools.Missing"/>).</exception>
    public static async Task<LabNetwork> StartAsync(Topology topology, CancellationToken cancellation = default)
    {
        if (topology.Machines.Any(m => m.Ports.Any(p => p.Conditions is not null))) throw new LabException("Emulated links cannot be started yet.");
        return new LabNetwork(topology, await Namespaces.CreateAsync(topology, cancellation));
    }

    /// <summary>The machine with this name.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public LabHost Host(string name) => _hosts.GetValueOrDefault(name) ?? throw new LabException($"The lab has no machine '{name}'.");

    /// <summary>Stops every process of the lab and removes the network; returns when nothing of it is left.</summary>
    public ValueTask DisposeAsync() => _namespaces.DisposeAsync();
}
