namespace Causeway.Bench.Compare;

/// <summary>Bytes per second on one stream: TCP + Noise + Yamux, beside js-libp2p and beside bare TCP with the same AEAD.</summary>
internal static class ThroughputComparison
{
    private const int MebiBytes = 1024;

    public static Task<int> RunAsync(string[] args) => Rounds.CompareAsync(
        $"Stream throughput, one stream, {MebiBytes} MiB, two processes", "MiB/s", Rounds.Count(args),
        (Side.Ours.Name, () => MeasureAsync(Side.Ours, "throughput")),
        (Side.OursOverWebSockets.Name, () => MeasureAsync(Side.OursOverWebSockets, "throughput")),
        (Side.Js.Name, () => MeasureAsync(Side.Js, "throughput")),
        ("loopback TCP + ChaCha20-Poly1305", () => MeasureAsync(Side.Ours, "bare")));

    private static async Task<double> MeasureAsync(Side side, string what) =>
        MebiBytes / (double)(await side.ServeAndMeasureAsync(what, MebiBytes))["seconds"]!;
}
