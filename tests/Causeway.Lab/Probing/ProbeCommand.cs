using System.Diagnostics;
using System.Net;
using System.Numerics;
using System.Text.Json;

namespace Causeway.Lab.Probing;

/// <summary><c>causeway-lab probe …</c>, run on machines of a lab by <see cref="NatProbe"/>, and by hand.</summary>
internal static class ProbeCommand
{
    /// <summary>The ports of the servers on each address, for UDP and TCP.</summary>
    public static readonly int[] Ports = [3478, 3479];

    /// <summary>The port that is open where no other is, for TCP.</summary>
    public const int WebPort = 443;

    /// <summary>How often a probe is repeated that must show that something does not come: once shows it, unless the kernel delays a packet.</summary>
    public const int Rounds = 4;

    /// <summary>How long an answer may take that must come.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Runs one.</summary>
    /// <exception cref="LabException">The arguments make no sense, or the servers are not reached.</exception>
    public static int Run(IReadOnlyList<string> arguments)
    {
        UseOneProcessor();
        switch (arguments)
        {
            case ["serve", var first, var second]:
                return new ProbeServer([IPAddress.Parse(first), IPAddress.Parse(second)]).Run();
            case ["measure", var first, var second]:
                Console.WriteLine(JsonSerializer.Serialize(Measure([IPAddress.Parse(first), IPAddress.Parse(second)]), NatProbe.Json));
                return 0;
            case ["describe", var first, var second]:
                Console.WriteLine(Measure([IPAddress.Parse(first), IPAddress.Parse(second)]).Describe());
                return 0;
            default:
                throw new LabException("probe: serve ADDRESS ADDRESS | measure ADDRESS ADDRESS | describe ADDRESS ADDRESS");
        }
    }

    // Packets wait for each other in a queue per processor only. From one processor a datagram is on its way before the question over TCP that is sent after it, and
    // its answer before the other's; from two a busy machine may let the second overtake the first.
    private static void UseOneProcessor()
    {
        using var self = Process.GetCurrentProcess();
        var allowed = (ulong)self.ProcessorAffinity;
        for (var skip = Environment.ProcessId % BitOperations.PopCount(allowed); skip > 0; skip--) allowed &= allowed - 1;
        self.ProcessorAffinity = (nint)(allowed & (~allowed + 1));
    }

    private static NatMeasurement Measure(IPAddress[] servers)
    {
        using var tcp = new TcpProbe(servers);
        using var udp = new UdpProbe(servers, tcp);
        tcp.Measure();
        udp.Measure();
        return new NatMeasurement
        {
            Tcp = tcp.Policy,
            Udp = udp.Policy,
            IsTranslated = tcp.IsTranslated,
            PreservesPorts = tcp.PreservesPorts && udp.PreservesPorts,
            TcpHairpins = tcp.Hairpins,
            UdpHairpins = udp.Hairpins,
            IsLimitedToPort443 = tcp.IsLimitedToWebPort,
        };
    }
}
