namespace Causeway.Bench.Compare;

/// <summary>GossipSub deliveries per second from one publisher to 20 subscribers over TCP, all in one process.</summary>
internal static class PubSubComparison
{
    private const int Subscribers = 20;
    private const int Bytes = 256;

    public static Task<int> RunAsync(string[] args) => Rounds.CompareAsync(
        $"GossipSub, 1 publisher, {Subscribers} subscribers, {Bytes}-byte messages, one process", "deliveries/s", Rounds.Count(args),
        (Side.Ours.Name, () => MeasureAsync(Side.Ours, messages: 5000)),
        (Side.Js.Name, () => MeasureAsync(Side.Js, messages: 1000)));

    private static async Task<double> MeasureAsync(Side side, int messages)
    {
        var result = await Rounds.JsonAsync(side.Command($"pubsub {Subscribers} {messages} {Bytes}"));
        if ((int)result["deliveries"]! < (int)result["expected"]!)
            Console.WriteLine($"  {side.Name}: only {result["deliveries"]} of {result["expected"]} were delivered");
        return (double)result["deliveries"]! / (double)result["seconds"]!;
    }
}
