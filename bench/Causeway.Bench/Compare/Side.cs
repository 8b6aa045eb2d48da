using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Causeway.Bench.Compare;

/// <summary>One implementation under measurement: how its server and its client are started, each in a process of its own.</summary>
internal sealed record Side(string Name, Func<string, ProcessStartInfo> Command)
{
    public static Side Ours { get; } = new("causeway", arguments => Start(Environment.ProcessPath!, arguments));

    public static Side OursOverWebSockets { get; } = new("causeway, WebSocket", arguments => Start(Environment.ProcessPath!, arguments == "serve" ? "serve ws" : arguments));

    public static Side Js { get; } = new("js-libp2p 3.3", arguments =>
    {
        var words = arguments.Split(' ', 2);
        var folder = Path.Combine(BenchFolder(), "js");
        var start = Start(Path.Combine(folder, "node_modules", "node", "bin", "node"), $"{words[0]}.mjs {(words.Length > 1 ? words[1] : "")}".Trim());
        start.WorkingDirectory = folder;
        return start;
    });

    /// <summary>Starts this side's server, runs its client against it, and returns what the client printed.</summary>
    public async Task<JsonNode> ServeAndMeasureAsync(string what, int count)
    {
        var start = Command("serve");
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        using var server = Process.Start(start)!;
        try
        {
            var address = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{Name}: the server did not start.");
            return await Rounds.JsonAsync(Command($"client {what} {address} {count}"));
        }
        finally
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync();
        }
    }

    private static ProcessStartInfo Start(string file, string arguments)
    {
        var start = new ProcessStartInfo(file);
        foreach (var argument in arguments.Split(' ')) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>The folder of the benchmarks.</summary>
    public static string BenchFolder()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, ".compare"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The benchmark does not run below its folder.");
    }
}
