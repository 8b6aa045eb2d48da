namespace Causeway.Bench.Compare;

/// <summary>One-byte requests and answers on one open stream, one at a time; beside them what bare sockets of the same runtime reach.</summary>
internal static class LatencyComparison
{
    private const int Requests = 20_000;

    public static Task<int> RunAsync(string[] args) => Rounds.CompareAsync(
        "Request and response on an open stream, two processes", "round trips/s", Rounds.Count(args),
        (Side.Ours.Name, () => MeasureAsync(Side.Ours, "latency")),
        (Side.Js.Name, () => MeasureAsync(Side.Js, "latency")),
        ("loopback TCP, bare .NET sockets", () => MeasureAsync(Side.Ours, "bare-latency")));

    private static async Task<double> MeasureAsync(Side side, string what) => Requests / (double)(await side.ServeAndMeasureAsync(what, Requests))["seconds"]!;
}
