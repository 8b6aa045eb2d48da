using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Causeway.Bench.Compare;

/// <summary>An unmodified Helia in a process of its own: the program of the interoperability tests, one command at a time.</summary>
internal sealed class HeliaProcess : IAsyncDisposable
{
    private readonly Process _process;

    private HeliaProcess(Process process) => _process = process;

    /// <summary>Where it listens, with its peer ID.</summary>
    public string Address { get; private set; } = "";

    public static async Task<HeliaProcess> StartAsync()
    {
        var bench = Side.BenchFolder();
        var folder = Path.Combine(bench, "..", "tests", "Causeway.Interop.Tests", "js", "helia");
        var start = new ProcessStartInfo(Path.Combine(bench, "js", "node_modules", "node", "bin", "node"), ["--max-old-space-size=8192", "bitswap.mjs", "{}"])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var helia = new HeliaProcess(Process.Start(start)!);
        helia.Address = (string)(await helia.ReadAsync())["addresses"]![0]!;
        return helia;
    }

    /// <summary>Runs a command and returns its answer.</summary>
    public async Task<JsonNode> AskAsync(string command, JsonObject parameters)
    {
        parameters["id"] = 1;
        parameters["command"] = command;
        await _process.StandardInput.WriteLineAsync(parameters.ToJsonString());
        var answer = await ReadAsync();
        return (bool)answer["ok"]! ? answer : throw new InvalidOperationException($"Helia: {command}: {answer["error"]}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<JsonNode> ReadAsync() =>
        JsonNode.Parse(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("Helia has ended."))!;
}
