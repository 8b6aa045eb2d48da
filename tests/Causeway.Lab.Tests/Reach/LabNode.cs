using Causeway.Lab.Processes;

namespace Causeway.Lab.Tests.Reach;

/// <summary><c>causeway node</c> on a machine of a lab.</summary>
internal sealed class LabNode : IAsyncDisposable
{
    private readonly LabProcess _process;

    private LabNode(LabProcess process, string address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>The executable.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "causeway");

    /// <summary>Where others begin.</summary>
    public string Address { get; }

    /// <summary>What it has written.</summary>
    public IReadOnlyList<string> Lines => _process.Lines;

    /// <summary>Starts one on a TCP port of the machine's address.</summary>
    public static async Task<LabNode> StartAsync(LabHost host, int port, params string[] arguments)
    {
        var listen = $"/ip4/{host.Address}/tcp/{port}";
        var process = await host.StartAsync(Program, ["node", "--listen", listen, "--state", "/run/home/node", .. arguments]);
        var line = await process.WaitForLineAsync($"/tcp/{port}/p2p/", TestLab.Patience);
        return new LabNode(process, line.Trim());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
