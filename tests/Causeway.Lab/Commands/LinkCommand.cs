using System.Globalization;
using Causeway.Lab.Agent;
using Causeway.Lab.Links;

namespace Causeway.Lab.Commands;

/// <summary><c>link alice delay 20ms loss 1%</c> in the lab's shell.</summary>
internal static class LinkCommand
{
    /// <summary>Changes an emulated link, or, without properties, prints what it does and has done.</summary>
    public static async Task<int> RunAsync(string link, IReadOnlyList<string> properties)
    {
        if (!File.Exists(AgentServer.SocketPath)) throw new LabException($"'{link}' is a plain link; start the lab with --delay 0ms to have emulated ones");
        using var agent = await AgentClient.ConnectAsync(AgentServer.SocketPath);
        var now = await agent.AskAsync(new AgentRequest(AgentVerb.Statistics) { Link = link });
        var conditions = now.Conditions!;
        if (properties.Count == 0)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{link}: delay {conditions.Delay.TotalMilliseconds}ms loss {conditions.Loss * 100}% rate {conditions.BitsPerSecond}bit seed {conditions.Seed}"));
            Print("from the machine", now.Statistics!.FromMachine);
            Print("to the machine", now.Statistics.ToMachine);
            return 0;
        }

        if (properties.Count % 2 != 0) throw new LabException("a link takes up, down, or pairs such as 'delay 20ms loss 1%'");
        for (var i = 0; i < properties.Count; i += 2) conditions = LabArguments.With(conditions, properties[i], properties[i + 1]);
        await agent.AskAsync(new AgentRequest(AgentVerb.SetConditions) { Link = link, Conditions = conditions });
        return 0;
    }

    private static void Print(string direction, DirectionStatistics done) =>
        Console.WriteLine($"  {direction,-16} carried {done.Carried} frames, {done.CarriedBytes} bytes; lost {done.Lost}, overflowed {done.Overflowed}");
}
