using System.Diagnostics;
using System.Globalization;
using Causeway.Libp2p.Hosts;
using Causeway.Multiformats;

namespace Causeway.Bench.Peers;

/// <summary>Our side's client: prints one JSON line with the seconds it took and the CPU seconds this process spent.</summary>
internal static class BenchClient
{
    public static async Task<int> RunAsync(string what, string address, int count)
    {
        var parts = address.Split(',');
        var target = Multiaddress.Parse(parts[0]);
        await using var host = await BenchHost.StartAsync(listen: null);
        Func<Task> run = what switch
        {
            "throughput" => await ThroughputAsync(host, target, count),
            "bare" => () => Task.Run(() => BareTcp.Send(int.Parse(parts[1], CultureInfo.InvariantCulture), count * 1048576L)),
            "bare-latency" => await BareLatencyAsync(int.Parse(parts[1], CultureInfo.InvariantCulture), count),
            "dial" => await DialAsync(host, target, count),
            "latency" => await LatencyAsync(host, target, count),
            _ => throw new ArgumentException($"No measurement is called {what}."),
        };
        if (what == "bare") BareTcp.Send(int.Parse(parts[1], CultureInfo.InvariantCulture), 64 * 1048576L);

        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await run();
        var seconds = watch.Elapsed.TotalSeconds;
        var cpuSeconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"seconds":{{seconds}},"cpuSeconds":{{cpuSeconds}}}"""));
        return 0;
    }

    private static async Task<Func<Task>> ThroughputAsync(IHost host, Multiaddress target, int mebibytes)
    {
        await SendAsync(64); // Warm: tiered compilation, and the flow-control window has grown.
        return () => SendAsync(mebibytes);

        async Task SendAsync(int size)
        {
            var connection = await host.ConnectAsync(target);
            await using var stream = await connection.OpenStreamAsync([BenchServer.Sink]);
            var chunk = new byte[65536];
            for (var i = 0; i < size * 16; i++) await stream.WriteAsync(chunk);
            stream.CompleteWrites();
            await stream.ReadExactlyAsync(new byte[1]);
        }
    }

    private static async Task<Func<Task>> BareLatencyAsync(int port, int count)
    {
        var socket = await BareTcp.ConnectToEchoAsync(port);
        await BareTcp.RoundTripsAsync(socket, 5000);
        return () => BareTcp.RoundTripsAsync(socket, count);
    }

    private static async Task<Func<Task>> DialAsync(IHost host, Multiaddress target, int count)
    {
        await DialsAsync(500); // Warm: tiered compilation is done with the dial path by then.
        return () => DialsAsync(count);

        async Task DialsAsync(int dials)
        {
            for (var i = 0; i < dials; i++)
            {
                var connection = await host.ConnectAsync(target);
                await connection.CloseAsync();
            }
        }
    }

    private static async Task<Func<Task>> LatencyAsync(IHost host, Multiaddress target, int count)
    {
        var connection = await host.ConnectAsync(target);
        var stream = await connection.OpenStreamAsync([BenchServer.Echo]);
        await RoundTripsAsync(5000);
        return () => RoundTripsAsync(count);

        async Task RoundTripsAsync(int requests)
        {
            var buffer = new byte[1];
            for (var i = 0; i < requests; i++)
            {
                await stream.WriteAsync(buffer);
                await stream.ReadExactlyAsync(buffer);
            }
        }
    }
}
