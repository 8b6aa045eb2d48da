using System.Globalization;
using Causeway.Bench.Peers;

namespace Causeway.Bench.Compare;

/// <summary>The tunnel's handshake between two members: CPU time of each side, bytes and messages through the relay.</summary>
internal static class HandshakeMeasurement
{
    private const int Handshakes = 300;

    public static int Run(string[] args)
    {
        var rounds = Rounds.Count(args);
        using var bench = new HandshakeBench();
        bench.Measure(100, withKeys: false);
        var results = Enumerable.Range(0, rounds).SelectMany(_ => bench.Measure(Handshakes, withKeys: false)).ToArray();
        Console.WriteLine($"Tunnel handshake, CPU time per side ({Rounds.Machine()}; {results.Length} handshakes)");
        Print("initiator (2 signatures, 1 verification)", results.Select(r => r.Initiator));
        Print("responder (1 signature, 2 verifications)", results.Select(r => r.Responder));
        PrintSize("members, who know each other's keys", results[0]);
        PrintSize("newcomer with an invitation, keys in the messages", bench.Measure(1, withKeys: true)[0]);
        return 0;
    }

    private static void Print(string name, IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {name,-52} {Rounds.Median(sorted),8:N2} ms   [5 % – 95 %: {sorted[sorted.Length / 20]:N2} – {sorted[sorted.Length * 19 / 20]:N2}]"));
    }

    private static void PrintSize(string name, HandshakeCost cost) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-52} {cost.Bytes,8:N0} bytes in {cost.Messages} messages, DATA records included"));
}
