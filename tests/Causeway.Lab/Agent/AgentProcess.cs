using Causeway.Lab.Processes;
using Causeway.Lab.Setup;

namespace Causeway.Lab.Agent;

/// <summary>The agent of one lab, started when it is first needed.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly MachineProcess _backstage;
    private Task<(LabProcess Process, AgentClient Client)>? _started;

    /// <summary>For a lab.</summary>
    public AgentProcess(MachineProcess backstage) => _backstage = backstage;

    /// <summary>This program, which is also the agent.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "causeway-lab");

    /// <summary>A connection to it.</summary>
    /// <exception cref="LabException">It does not start; the message has what it wrote.</exception>
    public async Task<AgentClient> ClientAsync()
    {
        lock (_lock) _started ??= StartAsync(_backstage);
        return (await _started).Client;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_started is null || !_started.IsCompletedSuccessfully) return;
        var (process, client) = await _started;
        client.Dispose();
        await process.DisposeAsync();
    }

    private static async Task<(LabProcess Process, AgentClient Client)> StartAsync(MachineProcess backstage)
    {
        var process = await LabProcess.StartAsync(backstage, "backstage", new ProcessOptions { IsUrgent = true }, Program, ["agent"]);
        await process.WaitForLineAsync(AgentServer.Ready, Patience);
        return (process, await AgentClient.ConnectAsync(backstage.Outside(AgentServer.SocketPath)));
    }
}
