namespace Causeway.Bench.Compare;

/// <summary>One-byte requests and answers on one open stream, one at a time.</summary>
internal static class LatencyComparison
{
    private const int Requests = 10_000;

    public static Task<int> RunAsync(string[] args) => Rounds.CompareAsync(
        "Request and response on an open stream, two processes", "round trips/s", Rounds.Count(args),
        (Side.Ours.Name, () => MeasureAsync(Side.Ours)),
        (Side.Js.Name, () => MeasureAsync(Side.Js)));

    private static async Task<double> MeasureAsync(Side side) => Requests / (double)(await side.ServeAndMeasureAsync("latency", Requests))["seconds"]!;
}
