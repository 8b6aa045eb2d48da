using Causeway.Lab.Agent;
using Causeway.Lab.Processes;
using Causeway.Lab.Setup;

namespace Causeway.Lab.Links;

/// <summary>The link between a device of a machine and a switch.</summary>
public sealed class LabLink
{
    private readonly Cable _cable;
    private readonly MachineProcess _backstage;
    private readonly AgentProcess _agent;

    internal LabLink(Cable cable, MachineProcess backstage, AgentProcess agent)
    {
        _cable = cable;
        _backstage = backstage;
        _agent = agent;
    }

    /// <summary>Machine and device: <c>alice/eth0</c>.</summary>
    public string Name => _cable.Name;

    /// <summary>Whether it has delay, loss and rate; decided by the topology (<see cref="Topologies.Port.Conditions"/>).</summary>
    public bool IsEmulated => _cable.IsEmulated;

    /// <summary>Pulls the cable or plugs it in: both ends see the carrier go or come, and keep their addresses.</summary>
    public async Task SetUpAsync(bool up)
    {
        var commands = string.Join('\n', _cable.Ends.Select(end => $"link set {end} {(up ? "up" : "down")}"));
        await using var ip = await LabProcess.StartAsync(_backstage, "backstage", new ProcessOptions { Input = commands + "\n" }, "ip", ["-batch", "-"]);
        (await ip.WaitForExitAsync(ProcessOptions.Default.Timeout)).Succeeded();
    }

    /// <summary>Changes what happens to frames that enter from now on; those on the way keep their time.</summary>
    /// <exception cref="LabException">A value is out of range, or the link is not emulated.</exception>
    public async Task SetConditionsAsync(LinkConditions conditions)
    {
        conditions.Validate();
        await AskAsync(new AgentRequest(AgentVerb.SetConditions) { Link = Name, Conditions = conditions });
    }

    /// <summary>What the link has done since the lab began.</summary>
    /// <exception cref="LabException">The link is not emulated.</exception>
    public async Task<LinkStatistics> StatisticsAsync() => (await AskAsync(new AgentRequest(AgentVerb.Statistics) { Link = Name })).Statistics!;

    /// <summary>Has the agent carry its frames.</summary>
    internal Task BeginAsync() =>
        AskAsync(new AgentRequest(AgentVerb.AddLink) { Link = Name, Near = _cable.Near, Far = _cable.Far, Conditions = _cable.Port.Conditions });

    private async Task<AgentAnswer> AskAsync(AgentRequest request)
    {
        if (!IsEmulated) throw new LabException($"{Name} is a plain link: give its port conditions in the topology (LinkConditions.None will do).");
        return await (await _agent.ClientAsync()).AskAsync(request);
    }
}
