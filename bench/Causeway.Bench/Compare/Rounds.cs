using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Causeway.Bench.Compare;

/// <summary>Runs the sides of a comparison in turn, round after round, so that a noisy moment of the machine hits all of them.</summary>
internal static class Rounds
{
    public static int Count(string[] args)
    {
        var index = Array.IndexOf(args, "--rounds");
        return index >= 0 && index + 1 < args.Length ? int.Parse(args[index + 1], CultureInfo.InvariantCulture) : 5;
    }

    /// <summary>Measures every side <paramref name="rounds"/> times, interleaved, and prints medians and ratios to the first yardstick.</summary>
    public static async Task<int> CompareAsync(string title, string unit, int rounds, params (string Name, Func<Task<double>> Measure)[] sides)
    {
        var results = sides.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < sides.Length; i++) results[i].Add(await sides[i].Measure());
        }

        Console.WriteLine($"{title} ({Machine()}; medians of {rounds} interleaved rounds)");
        var medians = results.Select(Median).ToArray();
        for (var i = 0; i < sides.Length; i++)
        {
            var spread = $"{results[i].Min():N1} – {results[i].Max():N1}";
            var ratio = i == 0 ? "" : $"   causeway / {sides[i].Name} = {medians[0] / medians[i]:N2}";
            Console.WriteLine($"  {sides[i].Name,-34} {medians[i],12:N1} {unit,-14} [{spread}]{ratio}");
        }

        return 0;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public static string Machine()
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        return $"{Environment.ProcessorCount} cores, {model ?? "unknown CPU"}, .NET {Environment.Version}";
    }

    /// <summary>Runs a process that prints one JSON line.</summary>
    public static async Task<JsonNode> JsonAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? JsonNode.Parse(output.Trim().Split('\n')[^1])!
            : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}.");
    }
}
