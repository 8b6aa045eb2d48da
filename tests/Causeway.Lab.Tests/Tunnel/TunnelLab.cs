using Causeway.Lab.Topologies;

namespace Causeway.Lab.Tests.Tunnel;

/// <summary>A lab with a relay and members of one network, each a process of its own with a device of its own.</summary>
internal sealed class TunnelLab : IAsyncDisposable
{
    private readonly Dictionary<string, TunnelMachine> _machines;

    private TunnelLab(LabNetwork network, LabRelay relay)
    {
        Lab = network;
        Relay = relay;
        _machines = network.Hosts.ToDictionary(h => h.Name, h => new TunnelMachine(h));
    }

    /// <summary>The network below.</summary>
    public LabNetwork Lab { get; }

    /// <summary>The relay.</summary>
    public LabRelay Relay { get; }

    /// <summary>A machine.</summary>
    public TunnelMachine this[string name] => _machines[name];

    /// <summary>alice, who has made the network and is its administrator.</summary>
    public TunnelMachine Alice => this["alice"];

    /// <summary>bob, the second member.</summary>
    public TunnelMachine Bob => this["bob"];

    /// <summary>carol, the third member.</summary>
    public TunnelMachine Carol => this["carol"];

    /// <summary>A lab in which only the relay runs.</summary>
    public static async Task<TunnelLab> StartAsync(Topology? topology = null, bool hasTls = false, params string[] programs)
    {
        var network = await TestLab.StartAsync(topology ?? ThreeMachines.Topology, ["ping", .. programs]);
        try
        {
            return new TunnelLab(network, await LabRelay.StartAsync(network.Host("relay"), hasTls));
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same, with alice as the creator of a network that the others have joined; all see each other.</summary>
    public static async Task<TunnelLab> StartMembersAsync(Topology? topology = null, bool hasTls = false, IReadOnlyList<string>? others = null, Members? how = null, params string[] programs)
    {
        var lab = await StartAsync(topology, hasTls, programs);
        try
        {
            how ??= new Members();
            await lab.Alice.CreateAsync(lab.Relay.Url);
            if (how.Settings is { } settings) lab.Alice.Configure(settings);
            await lab.Alice.UpAsync(how.Arguments);
            var members = (others ?? ["bob", "carol"]).Select(o => lab[o]).Prepend(lab.Alice).ToList();
            foreach (var member in members.Skip(1)) await lab.AdmitAsync(member, how);
            foreach (var member in members) await member.UntilOnlineAsync(members);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Invites a machine, which joins and stays up.</summary>
    public async Task AdmitAsync(TunnelMachine newcomer, Members? how = null)
    {
        how ??= new Members();
        var token = await Alice.InviteAsync("--role", how.Role);
        await newcomer.JoinAsync(token, how.Arguments);
        if (how.Settings is not { } settings) return;
        await newcomer.DownAsync();
        newcomer.Configure(settings);
        await newcomer.UpAsync(how.Arguments);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines.Values) await machine.DisposeAsync();
        await Relay.DisposeAsync();
        await Lab.DisposeAsync();
    }

    /// <summary>How members are started.</summary>
    internal sealed record Members
    {
        /// <summary>What is in <c>settings.json</c>; null: nothing.</summary>
        public string? Settings { get; init; }

        /// <summary>Arguments for <c>up</c> and <c>join</c>.</summary>
        public string[] Arguments { get; init; } = [];

        /// <summary>What alice makes of the others: member or admin.</summary>
        public string Role { get; init; } = "member";
    }
}
