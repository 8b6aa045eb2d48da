namespace Causeway.Bench.Compare;

/// <summary>Connections per second, one after the other: TCP + Noise + Yamux, closed again. And the dialer's CPU time for one.</summary>
internal static class DialComparison
{
    public static async Task<int> RunAsync(string[] args)
    {
        var cpu = new List<double>();
        var result = await Rounds.CompareAsync(
            "Dials per second, sequential, two processes", "dials/s", Rounds.Count(args),
            (Side.Ours.Name, async () =>
            {
                const int dials = 3000;
                var measured = await Side.Ours.ServeAndMeasureAsync("dial", dials);
                cpu.Add(1000 * (double)measured["cpuSeconds"]! / dials);
                return dials / (double)measured["seconds"]!;
            }
        ),
            (Side.Js.Name, async () =>
            {
                const int dials = 400;
                return dials / (double)(await Side.Js.ServeAndMeasureAsync("dial", dials))["seconds"]!;
            }
        ));
        Console.WriteLine($"  CPU time of the dialing process per dial: {Rounds.Median(cpu):N3} ms");
        return result;
    }
}
