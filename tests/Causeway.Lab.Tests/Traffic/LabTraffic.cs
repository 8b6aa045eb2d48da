using System.Globalization;
using System.Net;
using Causeway.Lab.Processes;

namespace Causeway.Lab.Tests.Traffic;

/// <summary>Traffic between machines of a lab: programs that count and compare what they send and receive.</summary>
internal static class LabTraffic
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "causeway-lab");

    /// <summary>Starts a server: <c>tcp-serve</c> or <c>udp-echo</c>.</summary>
    public static async Task<LabProcess> ServeAsync(LabHost host, string what, int port)
    {
        var server = await host.StartAsync(Program, "traffic", what, $"{port}");
        await server.WaitForLineAsync("listening", TestLab.Patience);
        return server;
    }

    /// <summary>Starts a client that runs beside the test.</summary>
    public static Task<LabProcess> StartAsync(LabHost host, params string[] arguments) => host.StartAsync(Program, ["traffic", .. arguments]);

    /// <summary>Bytes up and down over one connection, round after round; nothing may be harmed.</summary>
    public static async Task<TcpFigures> TcpAsync(LabHost host, IPAddress to, int port, int rounds, long up, long down, params string[] pattern)
    {
        string[] arguments = ["traffic", "tcp", $"{to}", $"{port}", $"{rounds}", $"{up}", $"{down}", .. pattern];
        var result = await host.RunAsync(new ProcessOptions { Timeout = 2 * TestLab.Patience }, Program, arguments);
        Assert.True(result.ExitCode == 0, $"{result.Output}{result.Error}");
        return TcpFigures.Parse(result.Output);
    }

    /// <summary>Numbered datagrams of all sizes in a range, in a window; returns what became of them, lost or not.</summary>
    public static async Task<UdpFigures> UdpAsync(LabHost host, IPAddress to, int port, int count, int smallest, int largest, int window)
    {
        string[] arguments = ["traffic", "udp", $"{to}", $"{port}", $"{count}", $"{smallest}", $"{largest}", $"{window}"];
        var result = await host.RunAsync(new ProcessOptions { Timeout = 2 * TestLab.Patience }, Program, arguments);
        return UdpFigures.Parse(result.Output + result.Error);
    }

    /// <summary>How many datagrams a <c>udp-echo</c> has sent back.</summary>
    public static async Task<long> EchoedAsync(LabProcess server)
    {
        await server.WriteLineAsync("?");
        var line = await server.WaitForLineAsync("echoed ", TestLab.Patience);
        return long.Parse(line["echoed ".Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>Reads <c>name=number</c>.</summary>
    internal static long Field(string line, string name)
    {
        var word = line.Split([' ', '\n']).FirstOrDefault(w => w.StartsWith(name + "=", StringComparison.Ordinal));
        Assert.True(word is not null, $"There is no {name} in: {line}");
        return long.Parse(word[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
