using Causeway.Libp2p.Hosts;

namespace Causeway.Bench.Peers;

/// <summary>Our side's server: the protocols of <c>js/serve.mjs</c>, and a bare TCP receiver; ends with standard input.</summary>
internal static class BenchServer
{
    public const string Sink = "/bench/sink/1.0.0";
    public const string Echo = "/bench/echo/1.0.0";

    /// <summary>Serves on a listener of its own.</summary>
    public static async Task<int> RunAsync(string listen)
    {
        await using var host = await BenchHost.StartAsync(listen);
        return await ServeAsync(host);
    }

    /// <summary>Serves where only a relay leads to.</summary>
    public static async Task<int> RunBehindAsync(string relay)
    {
        await using var host = await BenchHost.StartBehindAsync(relay);
        return await ServeAsync(host);
    }

    private static async Task<int> ServeAsync(IHost host)
    {
        host.Handle(Sink, async (stream, token) =>
        {
            var buffer = new byte[256 * 1024];
            while (await stream.ReadAsync(buffer, token) > 0)
            {
            }

            await stream.WriteAsync(new byte[] { 1 }, completeWrites: true, token);
        });
        host.Handle(Echo, async (stream, token) =>
        {
            var buffer = new byte[65536];
            int read;
            while ((read = await stream.ReadAsync(buffer, token)) > 0) await stream.WriteAsync(buffer.AsMemory(0, read), token);
        });
        Console.WriteLine($"{host.Addresses[0].WithPeerId(host.Id)},{BareTcp.Listen()}");
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        return 0;
    }
}
