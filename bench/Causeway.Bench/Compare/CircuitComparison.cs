using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Causeway.Bench.Compare;

/// <summary>Our relay beside js-libp2p's, with our peers at both ends; relay, target and dialer each in a process of their own.</summary>
internal static class CircuitComparison
{
    private const int MebiBytes = 512;
    private const int WarmUp = 256;

    // What every client sends before it measures.
    private const int ClientWarmUp = 64;

    private const int Requests = 5_000;
    private const int Circuits = 2_000;
    private const int Reservations = 4_000;
    private const int Idle = 1_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = Rounds.Count(args);
        Queue<double> ours = [], js = [];
        await Rounds.CompareAsync(
            $"Throughput through a relay, one stream, {MebiBytes} MiB; relay and both ends share the cores", "MiB/s", rounds,
            (Side.Ours.Name, () => ThroughputAsync(Side.Ours, ours)),
            (Side.Js.Name, () => ThroughputAsync(Side.Js, js)),
            ("no relay", DirectAsync));
        await Rounds.CompareAsync(
            "The same by what the relay spends: MiB carried per second of its CPU time", "MiB/CPU second", rounds,
            (Side.Ours.Name, () => Task.FromResult(ours.Dequeue())),
            (Side.Js.Name, () => Task.FromResult(js.Dequeue())),
            ("loopback TCP + ChaCha20-Poly1305", BareAsync));
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

    private static Task<double> ThroughputAsync(Side relay, Queue<double> carried) => WithRelayAsync(relay, async (process, address) =>
    {
        using var target = Start(Side.Ours, $"serve-behind {address}");
        try
        {
            var (seconds, _, cpu) = await SendAsync(process, "throughput", await LineAsync(target));
            carried.Enqueue(1 / cpu);
            return MebiBytes / seconds;
        }
        finally
        {
            await EndAsync(target);
        }
    });

    private static Task<double> DirectAsync() => WithServerAsync(async (server, address) => MebiBytes / (await SendAsync(server, "throughput", address)).Seconds);

    // The least that a relay can spend: receive and open at one end, seal and send at the other, blocking sockets and nothing on top.
    private static Task<double> BareAsync() => WithServerAsync(async (server, address) =>
    {
        var (_, sender, receiver) = await SendAsync(server, "bare", address);
        return 1 / (sender + receiver);
    });

    /// <summary>Seconds that it took, and CPU seconds per MiB of the client and of the process that is watched, when all are warm.</summary>
    private static async Task<(double Seconds, double Client, double Watched)> SendAsync(Process watched, string what, string address)
    {
        await Rounds.JsonAsync(Side.Ours.Command($"client {what} {address} {WarmUp}"));
        watched.Refresh();
        var before = watched.TotalProcessorTime;
        var measured = await Rounds.JsonAsync(Side.Ours.Command($"client {what} {address} {MebiBytes}"));
        watched.Refresh();
        var cpu = (watched.TotalProcessorTime - before).TotalSeconds;
        return ((double)measured["seconds"]!, (double)measured["cpuSeconds"]! / MebiBytes, cpu / (MebiBytes + ClientWarmUp));
    }

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

    private static Task<double> WithRelayAsync(Side relay, Func<Process, string, Task<double>> measure) => WithAsync(relay, "circuit-relay", measure);

    private static Task<double> WithServerAsync(Func<Process, string, Task<double>> measure) => WithAsync(Side.Ours, "serve", measure);

    private static async Task<double> WithAsync(Side side, string what, Func<Process, string, Task<double>> measure)
    {
        using var process = Start(side, what);
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
