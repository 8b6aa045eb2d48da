using System.Diagnostics;
using System.Net.Http;
using System.Net.Sockets;

namespace Causeway.Bench.Peers;

/// <summary><c>causeway gateway</c> in a process of its own.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;

    private GatewayProcess(Process process, int port) => (_process, Address) = (process, $"ws://127.0.0.1:{port}/ws");

    public string Address { get; }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static async Task<GatewayProcess> StartAsync()
    {
        var port = FreePort();
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "causeway")) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in new[] { "gateway", "--noopen", "--linger", "--port", $"{port}" }) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                (await http.GetAsync($"http://127.0.0.1:{port}/healthz")).EnsureSuccessStatusCode();
                return new GatewayProcess(process, port);
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(100);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
