using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Causeway.Bench.Compare;

/// <summary>Our relay beside js-libp2p's, with our peers at both ends; relay, target and dialer each in a process of their own.</summary>
internal static class CircuitComparison
{
    private const int MebiBytes = 256;
    private const int Requests = 5_000;
    private const int Circuits = 2_000;
    private const int Reservations = 4_000;
    private const int Idle = 1_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = Rounds.Count(args);
        var cpu = new Dictionary<Side, List<double>> { [Side.Ours] = [], [Side.Js] = [] };
        await Rounds.CompareAsync(
            $"Throughput through a relay, one stream, {MebiBytes} MiB", "MiB/s", rounds,
            (Side.Ours.Name, () => ThroughputAsync(Side.Ours, cpu[Side.Ours])),
            (Side.Js.Name, () => ThroughputAsync(Side.Js, cpu[Side.Js])),
            ("no relay", async () => MebiBytes / (double)(await Side.Ours.ServeAndMeasureAsync("throughput", MebiBytes))["seconds"]!));
        Console.WriteLine($"  CPU time of the relay per GiB: {Rounds.Median(cpu[Side.Ours]):N2} s (ours), {Rounds.Median(cpu[Side.Js]):N2} s (js-libp2p)");
        await Rounds.CompareAsync(
            "Request and response through a relay, on an open stream", "round trips/s", rounds,
            (Side.Ours.Name, () => LatencyAsync(Side.Ours)),
            (Side.Js.Name, () => LatencyAsync(Side.Js)),
            ("no relay", async () => Requests / (double)(await Side.Ours.ServeAndMeasureAsync("latency", Requests))["seconds"]!));
        await Rounds.CompareAsync(
            "Circuits opened and closed, 16 at once", "circuits/s", rounds,
            (Side.Ours.Name, () => LoadAsync(Side.Ours, "circuits", Circuits)), (Side.Js.Name, () => LoadAsync(Side.Js, "circuits", Circuits)));
        await Rounds.CompareAsync(
            "Reservations renewed, 16 at once", "reservations/s", rounds,
            (Side.Ours.Name, () => LoadAsync(Side.Ours, "reservations", Reservations)), (Side.Js.Name, () => LoadAsync(Side.Js, "reservations", Reservations)));
        await Rounds.CompareAsync(
            $"Memory of the relay for an idle circuit (heap, of {Idle} at once)", "bytes", rounds,
            (Side.Ours.Name, () => MemoryAsync(Side.Ours, "heap")), (Side.Js.Name, () => MemoryAsync(Side.Js, "heap")));
        return 0;
    }

    private static Task<double> ThroughputAsync(Side relay, List<double> cpu) => WithRelayAsync(relay, async (process, address) =>
    {
        using var target = Start(Side.Ours, $"serve-behind {address}");
        try
        {
            var relayed = await LineAsync(target);
            process.Refresh();
            var before = process.TotalProcessorTime;
            var measured = await Rounds.JsonAsync(Side.Ours.Command($"client throughput {relayed} {MebiBytes}"));
            process.Refresh();

            // The client warms up with 64 MiB, which the relay carries as well.
            cpu.Add((process.TotalProcessorTime - before).TotalSeconds * 1024 / (MebiBytes + 64));
            return MebiBytes / (double)measured["seconds"]!;
        }
        finally
        {
            await EndAsync(target);
        }
    });

    private static Task<double> LatencyAsync(Side relay) => WithRelayAsync(relay, async (_, address) =>
    {
        using var target = Start(Side.Ours, $"serve-behind {address}");
        try
        {
            return Requests / (double)(await Rounds.JsonAsync(Side.Ours.Command($"client latency {await LineAsync(target)} {Requests}")))["seconds"]!;
        }
        finally
        {
            await EndAsync(target);
        }
    });

    private static Task<double> LoadAsync(Side relay, string what, int count) => WithRelayAsync(
        relay, async (_, address) => count / (double)(await Rounds.JsonAsync(Side.Ours.Command($"circuit-load {what} {address} {count}")))["seconds"]!);

    private static Task<double> MemoryAsync(Side relay, string what) => WithRelayAsync(relay, async (process, address) =>
    {
        var before = await AskAsync(process, what);
        using var load = Start(Side.Ours, $"circuit-load idle {address} {Idle}");
        try
        {
            await LineAsync(load);
            return (await AskAsync(process, what) - before) / Idle;
        }
        finally
        {
            await EndAsync(load);
        }
    });

    private static async Task<double> AskAsync(Process relay, string what)
    {
        await relay.StandardInput.WriteLineAsync();
        return (double)JsonNode.Parse(await LineAsync(relay))![what]!;
    }

    private static async Task<double> WithRelayAsync(Side relay, Func<Process, string, Task<double>> measure)
    {
        using var process = Start(relay, "circuit-relay");
        try
        {
            return await measure(process, await LineAsync(process));
        }
        finally
        {
            await EndAsync(process);
        }
    }

    private static Process Start(Side side, string arguments)
    {
        var start = side.Command(arguments);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }

    private static async Task<string> LineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{process.StartInfo.FileName} ended without an answer.");

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }
}
