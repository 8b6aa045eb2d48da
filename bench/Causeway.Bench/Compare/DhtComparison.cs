namespace Causeway.Bench.Compare;

/// <summary>DHT look-ups per second: one node asks a network of 25 over TCP, all in one process, for the 20 peers closest to random keys.</summary>
internal static class DhtComparison
{
    private const int Nodes = 25;

    public static Task<int> RunAsync(string[] args) => Rounds.CompareAsync(
        $"Kademlia, look-ups of random keys one after the other, {Nodes} servers, k = 20, one process", "look-ups/s", Rounds.Count(args),
        (Side.Ours.Name, () => MeasureAsync(Side.Ours, lookups: 500)),
        (Side.Js.Name, () => MeasureAsync(Side.Js, lookups: 50)));

    private static async Task<double> MeasureAsync(Side side, int lookups)
    {
        var result = await Rounds.JsonAsync(side.Command($"dht {Nodes} {lookups}"));

        // Whoever finds fewer has less to do.
        if ((double)result["found"]! < 19.5) Console.WriteLine($"  {side.Name}: found {result["found"]} peers on average instead of 20");
        return lookups / (double)result["seconds"]!;
    }
}
