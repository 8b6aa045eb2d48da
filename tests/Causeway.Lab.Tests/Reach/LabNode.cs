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

    /// <summary>Its peer ID.</summary>
    public string Id => Address.Split('/')[^1];

    /// <summary>Where others begin.</summary>
    public string Address { get; }

    /// <summary>What it has written.</summary>
    public IReadOnlyList<string> Lines => _process.Lines;

    /// <summary>Starts one on a TCP port of the machine's address.</summary>
    public static Task<LabNode> StartAsync(LabHost host, int port, params string[] arguments) => StartAsync(host, $"/ip4/{host.Address}/tcp/{port}", port, arguments);

    /// <summary>Starts one on a TCP port of all addresses that the machine has now and later.</summary>
    public static Task<LabNode> StartEverywhereAsync(LabHost host, int port, params string[] arguments) => StartAsync(host, $"/ip4/0.0.0.0/tcp/{port}", port, arguments);

    /// <summary>Asks the node of a machine by a command, again and again until the answer is as wanted.</summary>
    public static async Task<string> AskAsync(LabHost host, Func<string, bool> isWanted, params string[] command)
    {
        using var patience = new CancellationTokenSource(2 * TestLab.Patience);
        while (true)
        {
            var result = await host.RunAsync(new ProcessOptions { Timeout = TestLab.Patience }, Program, [.. command, "--state", "/run/home/node"]);
            if (result.ExitCode == 0 && isWanted(result.Output)) return result.Output;
            Assert.False(patience.IsCancellationRequested, $"{result.Output}{result.Error}");
        }
    }

    private static async Task<LabNode> StartAsync(LabHost host, string listen, int port, string[] arguments)
    {
        var process = await host.StartAsync(Program, ["node", "--listen", listen, "--state", "/run/home/node", .. arguments]);
        var line = await process.WaitForLineAsync($"/tcp/{port}/p2p/", TestLab.Patience);
        return new LabNode(process, line.Trim());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
