using Causeway.Lab.Agent;
using Causeway.Lab.Captures;
using Causeway.Lab.Links;
using Causeway.Lab.Setup;
using Causeway.Lab.Topologies;

namespace Causeway.Lab;

/// <summary>
/// A running network of machines. Each is a network namespace with processes of its own; nothing of it touches the network of the machine it runs on,
/// and nothing of it is left when the lab is disposed or the process that made it ends, by whatever means.
/// </summary>
public sealed class LabNetwork : IAsyncDisposable
{
    private readonly AgentProcess _agent;
    private readonly Dictionary<string, LabHost> _hosts;
    private readonly Dictionary<string, LabLink> _links;
    private int _captures;

    private LabNetwork(Topology topology, Namespaces namespaces)
    {
        Topology = topology;
        Namespaces = namespaces;
        _agent = new AgentProcess(namespaces.Backstage);
        _links = Cable.All(topology).ToDictionary(c => c.Name, c => new LabLink(c, namespaces.Backstage, _agent));
        _hosts = topology.Machines.ToDictionary(m => m.Name, m => new LabHost(this, m, namespaces.Machines[m.Name]));
    }

    /// <summary>What was built.</summary>
    public Topology Topology { get; }

    /// <summary>The machines, in the topology's order.</summary>
    public IEnumerable<LabHost> Hosts => Topology.Machines.Select(m => _hosts[m.Name]);

    /// <summary>The namespaces it is made of.</summary>
    internal Namespaces Namespaces { get; }

    /// <summary>Builds a network; returns when every machine has its addresses and routes.</summary>
    /// <exception cref="LabException">The topology is wrong, or the machine this runs on allows no lab (<see cref="LabTools.Missing"/>).</exception>
    public static async Task<LabNetwork> StartAsync(Topology topology, CancellationToken cancellation = default)
    {
        var lab = new LabNetwork(topology, await Namespaces.CreateAsync(topology, cancellation));
        try
        {
            foreach (var link in lab._links.Values.Where(l => l.IsEmulated)) await link.BeginAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>The machine with this name.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public LabHost Host(string name) => _hosts.GetValueOrDefault(name) ?? throw new LabException($"The lab has no machine '{name}'.");

    /// <summary>The link from a device of a machine.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public LabLink Link(string machine, string device = "eth0") =>
        _links.GetValueOrDefault(Cable.NameOf(machine, device)) ?? throw new LabException($"The lab has no link '{Cable.NameOf(machine, device)}'.");

    /// <summary>Begins to record everything that crosses a switch.</summary>
    /// <exception cref="LabException">There is no such switch.</exception>
    public Task<LabCapture> CaptureSwitchAsync(string name) =>
        Topology.Switches.Contains(name) ? CaptureAsync(null, name) : throw new LabException($"The lab has no switch '{name}'.");

    /// <summary>Stops every process of the lab and removes the network; returns when nothing of it is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await Namespaces.DisposeAsync();
    }

    internal async Task<LabCapture> CaptureAsync(string? machine, string device)
    {
        var client = await _agent.ClientAsync();
        var path = $"/run/captures/{Interlocked.Increment(ref _captures)}.pcap";
        var answer = await client.AskAsync(new AgentRequest(AgentVerb.Capture)
        {
            NetworkNamespace = machine is null ? null : $"/run/netns/{machine}",
            Device = device,
            Path = path,
        });
        return new LabCapture(client, answer.Number, Namespaces.Backstage.Outside(path));
    }
}
