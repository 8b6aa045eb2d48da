using System.Globalization;
using Causeway.Libp2p.Hosts;
using Causeway.Libp2p.Relay;

namespace Causeway.Bench.Peers;

/// <summary>Our relay without limits, as <c>js/circuit-relay.mjs</c>: answers every line of standard input with its memory, and ends with it.</summary>
internal static class CircuitRelayBench
{
    private const int Many = 1_000_000;

    public static async Task<int> RunAsync()
    {
        await using var host = new HostBuilder()
            .Listen("/ip4/127.0.0.1/tcp/0")
            .UseCircuitRelay(o => o with { Limit = null, MaxReservations = Many, MaxCircuits = Many, MaxCircuitsPerPeer = Many })
            .Build();
        await host.StartAsync();
        Console.WriteLine(host.Addresses[0].WithPeerId(host.Id));
        while (await Console.In.ReadLineAsync() is not null)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            var heap = GC.GetTotalMemory(forceFullCollection: true);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"resident":{{Environment.WorkingSet}},"heap":{{heap}}}"""));
        }

        return 0;
    }
}
